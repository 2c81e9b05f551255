export interface RateLimitState {
  /** Requests that would be taken at once now. */
  remaining: number;
  /** Milliseconds until all of the limit is free again. */
  resetMs: number;
  /** Milliseconds until the next one is taken; 0 when this one was. */
  retryAfterMs: number;
}

/** The key that was used longest ago is forgotten beyond this many: 10,000 keys take about 1 MB. */
const MOST_KEYS = 10_000;

/**
 * `limit` requests a window for each key, by the generic cell rate algorithm: one number a key, no timer, and no burst of
 * twice the limit at the edge of a window.
 */
export class RateLimiter {
  /** When the limit of a key will be free again, in the order of use. */
  private readonly freeAt = new Map<string, number>();
  private readonly spacingMs: number;

  constructor(
    readonly limit: number,
    readonly windowMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.spacingMs = windowMs / limit;
  }

  /** Takes one, if there is room. */
  take(key: string): RateLimitState {
    const now = this.now();
    const freeAt = Math.max(this.freeAt.get(key) ?? now, now);
    const state = this.stateAt(freeAt + this.spacingMs, now);
    if (state.retryAfterMs > 0) return this.stateAt(freeAt, now, state.retryAfterMs);
    this.freeAt.delete(key); // the order of a Map is that of insertion
    this.freeAt.set(key, freeAt + this.spacingMs);
    if (this.freeAt.size > MOST_KEYS) this.forgetOldest();
    return state;
  }

  /** Milliseconds until one would be taken; 0 when it would be now. */
  waitMs(key: string): number {
    const now = this.now();
    return this.stateAt(Math.max(this.freeAt.get(key) ?? now, now) + this.spacingMs, now).retryAfterMs;
  }

  private forgetOldest(): void {
    const oldest = this.freeAt.keys().next();
    if (!oldest.done) this.freeAt.delete(oldest.value);
  }

  private stateAt(freeAt: number, now: number, retryAfterMs = this.overMs(freeAt, now)): RateLimitState {
    const resetMs = freeAt - now;
    return { remaining: Math.max(0, Math.floor((this.windowMs - resetMs) / this.spacingMs + ROUNDING)), resetMs, retryAfterMs };
  }

  private overMs(freeAt: number, now: number): number {
    const over = freeAt - now - this.windowMs;
    return over > this.spacingMs * ROUNDING ? over : 0;
  }
}

/** Sums of fractions miss whole numbers by a little. */
const ROUNDING = 1e-6;
