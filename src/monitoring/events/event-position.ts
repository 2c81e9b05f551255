/**
 * The position of a reader: after the first `ordinal` rows of a transaction, in the order of SELECT_EVENTS, and after
 * all earlier transactions.
 */
export interface EventPosition {
  readonly xid: string;
  readonly ordinal: number;
  /** Unix seconds of the database clock: the age of the position. */
  readonly at: number;
}

/** Integers as toEventId writes them, without leading zeros. */
const ID = /^(0|[1-9]\d{0,18})-(0|[1-9]\d{0,8})-(0|[1-9]\d{0,10})$/;

export function toEventId({ xid, ordinal, at }: EventPosition): string {
  return `${xid}-${ordinal}-${at}`;
}

/** Undefined for an id in another format. */
export function parseEventId(id: string): EventPosition | undefined {
  const [, xid, ordinal, at] = ID.exec(id) ?? [];
  return xid === undefined ? undefined : { xid, ordinal: Number(ordinal), at: Number(at) };
}
