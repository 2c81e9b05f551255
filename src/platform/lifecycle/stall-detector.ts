/**
 * Measures how long a counter has not moved. Only time in which the observer itself was running counts: when a stopped
 * process or a sleeping machine resumes, all threads continue at once, and missed increments prove nothing.
 */
export class StallDetector {
  private readonly limitMs: number;
  private readonly lookEveryMs: number;
  private last: number | undefined;
  private stalledMs = 0;

  /** `lookEveryMs`: the interval of `look`; a gap counts as two intervals at most. */
  constructor(limitMs: number, lookEveryMs: number) {
    this.limitMs = limitMs;
    this.lookEveryMs = lookEveryMs;
  }

  /** True when the counter has not moved for the limit. */
  look(pulse: number, sinceLastLookMs: number): boolean {
    const moved = pulse !== this.last;
    this.last = pulse;
    this.stalledMs = moved ? 0 : this.stalledMs + Math.min(sinceLastLookMs, 2 * this.lookEveryMs);
    return this.stalledMs >= this.limitMs;
  }
}
