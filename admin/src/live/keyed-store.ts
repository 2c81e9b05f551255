/** What was received of a thing, and when, by the clock of this page. */
export interface Received<T> {
  readonly data: T;
  readonly receivedAt: number;
}

/** The newest event of each thing, outside of React. A cell subscribes to its own. */
export class KeyedStore<T> {
  private readonly latest = new Map<string, Received<T>>();
  private readonly cells = new Map<string, Set<() => void>>();

  /** `kept`: above this number the older half goes, unless a cell shows it. */
  constructor(private readonly kept: number) {}

  get = (id: string): Received<T> | undefined => this.latest.get(id);

  set(id: string, data: T): void {
    if (this.latest.size > this.kept) this.forgetOldest();
    this.latest.set(id, { data, receivedAt: Date.now() });
    this.cells.get(id)?.forEach((listener) => listener());
  }

  subscribe(id: string, listener: () => void): () => void {
    const set = this.cells.get(id) ?? new Set();
    this.cells.set(id, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0) this.cells.delete(id);
    };
  }

  private forgetOldest(): void {
    for (const id of [...this.latest.keys()].slice(0, this.kept / 2)) if (!this.cells.has(id)) this.latest.delete(id);
  }
}
