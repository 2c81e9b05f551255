/** A lease that has expired by the database clock: its task, epoch and heartbeat. */
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
 * Decides which expired leases to rescue. One look is not enough: after a database outage every lease looks expired
 * although its owner lives. A lease is rescued when the same epoch and heartbeat were seen twice, at least `confirmMs`
 * apart by the rescuer's monotonic clock. A gap between looks clears all sightings.
 */
export class RescuePolicy {
  private sightings = new Map<string, Sighting>();
  private lastLookMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly confirmMs: number,
    private readonly maxGapMs: number,
  ) {}

  /** `nowMs` is monotonic. Returns the leases to rescue now. */
  look(expired: readonly ExpiredLease[], nowMs: number): ExpiredLease[] {
    if (nowMs - this.lastLookMs > this.maxGapMs) this.sightings = new Map();
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

  /** Restarts the confirmation of leases whose rows were locked, so that their owners can renew them first. */
  confirmAnew(leases: readonly ExpiredLease[]): void {
    for (const { id } of leases) this.sightings.delete(id);
  }

  /** Call this after a failed look: sightings from before an outage prove nothing. */
  reset(): void {
    this.sightings = new Map();
  }
}
