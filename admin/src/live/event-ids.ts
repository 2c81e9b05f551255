interface Known {
  readonly id: string;
  readonly since: number;
}

/** Ids are kept this far apart. */
const STEP_MS = 1000;

/** The ids of the last events, and since when each is known. */
export class EventIds {
  private known: Known[] = [];

  /** `keptMs`: how far back knownAt() is asked for. */
  constructor(private readonly keptMs: number) {}

  get last(): string | undefined {
    return this.known.at(-1)?.id;
  }

  add(id: string, now = Date.now()): void {
    const [before, newest] = [this.known.at(-2), this.known.at(-1)];
    if (before && newest && newest.since - before.since < STEP_MS) this.known.pop();
    this.known.push({ id, since: now });
    const old = this.known.findLastIndex(({ since }) => since <= now - this.keptMs);
    if (old > 0) this.known.splice(0, old);
  }

  /** The last id that was known at a time, or the first of all. */
  knownAt(time: number): string | undefined {
    return (this.known.findLast(({ since }) => since <= time) ?? this.known[0])?.id;
  }
}
