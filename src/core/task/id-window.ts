/** Ids from `fromId` on that are smaller than `beforeId`. */
export interface IdWindow {
  readonly fromId?: string;
  readonly beforeId?: string;
}

/**
 * The id of a task begins with the clock of the process that submitted it, its time of submission is that of the database. Clocks of
 * one installation differ by less.
 */
const CLOCK_DIFFERENCE_MS = 3_600_000;
const MAX_MS = 2 ** 48 - 1;
const REST = '-0000-0000-000000000000';

export interface TimeFilter {
  readonly since?: Date;
  readonly until?: Date;
  readonly finishedUntil?: Date;
}

/**
 * Contains the id of each task that was submitted and ended within the times. Lists are sorted by id, so an index finds both ends.
 * A task that ended before a time was submitted before it.
 */
export function idWindow({ since, until, finishedUntil }: TimeFilter): IdWindow {
  const ends = [until, finishedUntil].flatMap((time) => time?.getTime() ?? []);
  return {
    ...(since && { fromId: firstIdOf(since.getTime() - CLOCK_DIFFERENCE_MS) }),
    ...(ends.length > 0 && { beforeId: firstIdOf(Math.min(...ends) + CLOCK_DIFFERENCE_MS) }),
  };
}

/** Milliseconds since the epoch. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The smaller of two ids that a list ends before. */
export function earlierId(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function firstIdOf(ms: number): string {
  const time = Math.min(Math.max(Math.floor(ms), 0), MAX_MS)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${REST}`;
}
