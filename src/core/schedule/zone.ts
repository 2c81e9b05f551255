/** Local times of an IANA zone. A wall time is the local time written as if it were UTC, in milliseconds. */

const DAY_AND_MORE_MS = 26 * 3_600_000;
const SECOND_MS = 1_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs 50 µs. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const two = '2-digit';
  const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...parts });
  formats.set(timeZone, format);
  return format;
}

/** The wall time of an instant, in whole seconds. */
export function wallOf(instantMs: number, timeZone: string): number {
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs))
    if (type in parts) parts[type as keyof typeof parts] = Number(value);
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
}

/** Milliseconds east of UTC. */
export function offsetAt(instantMs: number, timeZone: string): number {
  return wallOf(instantMs, timeZone) - Math.floor(instantMs / SECOND_MS) * SECOND_MS;
}

/** A change of the offset, such as the begin of summer time. */
export interface OffsetChange {
  /** The first instant with the new offset. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The change between two instants. Zones do not change twice within the 52 hours that callers look at. */
function changeBetween(from: number, to: number, timeZone: string): OffsetChange | null {
  const [before, after] = [offsetAt(from, timeZone), offsetAt(to, timeZone)];
  if (before === after) return null;
  let [low, high] = [Math.floor(from / SECOND_MS), Math.ceil(to / SECOND_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND_MS, timeZone) === before) low = middle;
    else high = middle;
  }
  return { at: high * SECOND_MS, before, after };
}

/** The change in the 26 hours after an instant. */
export function changeAfter(instantMs: number, timeZone: string): OffsetChange | null {
  return changeBetween(instantMs, instantMs + DAY_AND_MORE_MS, timeZone);
}

/** The first instant at which the clock shows the wall time. `inGap`: it never does, and the instant is the first one after the gap. */
export function instantOf(wall: number, timeZone: string): { at: number; inGap: boolean } {
  const change = changeBetween(wall - DAY_AND_MORE_MS, wall + DAY_AND_MORE_MS, timeZone);
  if (change === null) return { at: wall - offsetAt(wall, timeZone), inGap: false };
  if (wall - change.before < change.at) return { at: wall - change.before, inGap: false };
  if (wall - change.after >= change.at) return { at: wall - change.after, inGap: false };
  return { at: change.at, inGap: true };
}
