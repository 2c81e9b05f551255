/** The other system may ask for a longer pause, but its work is looked at once an hour. */
export const LONGEST_POLL_PAUSE_MS = 3_600_000;
const SHORTEST_ASKED_MS = 1_000;

/** The pause before the next poll: the one that the other system asked for, within bounds, or else the usual one. */
export function pollPauseMs(askedMs: number | null | undefined, usualMs: number): number {
  if (askedMs === null || askedMs === undefined || Number.isNaN(askedMs)) return usualMs;
  return Math.min(Math.max(askedMs, SHORTEST_ASKED_MS), LONGEST_POLL_PAUSE_MS);
}
