/** A lease that the database says has expired: which task, under which epoch, at which heartbeat. */
export interface ExpiredLease {
  readonly id: string;
  readonly epoch: number;
  readonly beat: number;
}

interface Sighting {
  epoch: number;
  beat: number;
  firstSeenMs: number;
}

/**
 * Decides which expired leases to take back. One look is not enough: after a database outage every lease looks
 * expired although its owner lives. A lease is rescued when the same epoch and heartbeat were seen twice, at least
 * `confirmMs` apart on the rescuer's own monotonic clock. After a gap in its own looking it starts anew.
 */
export class RescuePolicy {
  private sightings = new Map<string, Sighting>();
  private lastLookMs: number | null = null;

  constructor(
    private readonly confirmMs: number,
    private readonly maxGapMs: number,
  ) {}

  /** `nowMs`: monotonic. Returns the leases that are to be rescued now. */
  look(expired: readonly ExpiredLease[], nowMs: number): ExpiredLease[] {
    if (this.lastLookMs !== null && nowMs - this.lastLookMs > this.maxGapMs) this.sightings = new Map();
    this.lastLookMs = nowMs;
    const next = new Map<string, Sighting>();
    const rescue: ExpiredLease[] = [];
    for (const lease of expired) {
      const seen = this.sightings.get(lease.id);
      const same = seen && seen.epoch === lease.epoch && seen.beat === lease.beat;
      const sighting = same ? seen : { epoch: lease.epoch, beat: lease.beat, firstSeenMs: nowMs };
      next.set(lease.id, sighting);
      if (nowMs - sighting.firstSeenMs >= this.confirmMs) rescue.push(lease);
    }
    this.sightings = next;
    return rescue;
  }

  /** Leases that could not be taken back, for their rows were locked: their owners may renew them first, once they are free. */
  confirmAnew(leases: readonly ExpiredLease[]): void {
    for (const { id } of leases) this.sightings.delete(id);
  }

  /** Call after any failed look: what was seen before an outage proves nothing. */
  reset(): void {
    this.sightings = new Map();
  }
}
