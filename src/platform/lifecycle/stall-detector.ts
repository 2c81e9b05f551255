/**
 * Says how long a pulse has been still. Only time in which the observer itself was awake counts: a process that was stopped,
 * or a machine that slept, wakes all its threads at once, and what they missed proves nothing.
 */
export class StallDetector {
  private readonly limitMs: number;
  private readonly lookEveryMs: number;
  private last: number | undefined;
  private stalledMs = 0;

  /** `lookEveryMs`: how often `look` is called; a gap counts for two of them at most. */
  constructor(limitMs: number, lookEveryMs: number) {
    this.limitMs = limitMs;
    this.lookEveryMs = lookEveryMs;
  }

  /** True when the pulse has not moved for the limit. */
  look(pulse: number, sinceLastLookMs: number): boolean {
    const moved = pulse !== this.last;
    this.last = pulse;
    this.stalledMs = moved ? 0 : this.stalledMs + Math.min(sinceLastLookMs, 2 * this.lookEveryMs);
    return this.stalledMs >= this.limitMs;
  }
}
