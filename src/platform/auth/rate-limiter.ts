export interface RateLimitState {
  /** How many requests would be accepted now. */
  remaining: number;
  /** Milliseconds until the whole limit is available again. */
  resetMs: number;
  /** Milliseconds until the next request is accepted; 0 when this one was. */
  retryAfterMs: number;
}

/** Maximum number of keys; the least recently used one is dropped. 10,000 keys take about 1 MB. */
const MOST_KEYS = 10_000;

/**
 * `limit` requests per window for each key, by the generic cell rate algorithm: one number per key, no timer, and no
 * burst of twice the limit at the edge of a window.
 */
export class RateLimiter {
  /** When the limit of a key is fully available again, in the order of use. */
  private readonly freeAt = new Map<string, number>();
  private readonly spacingMs: number;

  constructor(
    readonly limit: number,
    readonly windowMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.spacingMs = windowMs / limit;
  }

  /** Takes one request, if the limit allows it. */
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

  /** Milliseconds until a request would be accepted; 0 when it would be now. */
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

/** Sums of fractions differ slightly from whole numbers. */
const ROUNDING = 1e-6;
