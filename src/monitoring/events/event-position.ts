/**
 * Where a reader of events stands: after the first `ordinal` rows of a transaction, in the order of SELECT_EVENTS, and all
 * transactions before it.
 */
export interface EventPosition {
  readonly xid: string;
  readonly ordinal: number;
  /** Seconds since the epoch, by the database's clock: tells how old the position is. */
  readonly at: number;
}

/** Whole numbers as toEventId writes them, without a zero before other digits. */
const ID = /^(0|[1-9]\d{0,18})-(0|[1-9]\d{0,8})-(0|[1-9]\d{0,10})$/;

export function toEventId({ xid, ordinal, at }: EventPosition): string {
  return `${xid}-${ordinal}-${at}`;
}

/** Undefined when it is no id of ours. */
export function parseEventId(id: string): EventPosition | undefined {
  const [, xid, ordinal, at] = ID.exec(id) ?? [];
  return xid === undefined ? undefined : { xid, ordinal: Number(ordinal), at: Number(at) };
}
