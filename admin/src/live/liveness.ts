export interface Liveness {
  readonly state: 'connecting' | 'live' | 'lost' | 'paused';
  /** Events per second, over the last 10 seconds. */
  readonly rate: number;
  readonly lostAt: number | null;
}

/** After this time without a connection what is shown counts as old. */
export const STALE_MS = 30_000;

export type LiveWord = 'live' | 'connecting' | 'reconnecting' | 'stale' | 'paused';

export function liveWord({ state, lostAt }: Liveness, now: number): LiveWord {
  if (state !== 'lost') return state;
  return now - (lostAt ?? now) > STALE_MS ? 'stale' : 'reconnecting';
}
