/** True while this process shuts down. A shutdown sets it first: readiness answers 503, connections close after their answer. */
export class Draining {
  private begun = false;
  private refused = false;
  private readonly listeners: (() => void)[] = [];

  get active(): boolean {
    return this.begun;
  }

  /** New requests are answered with 503, because the shutdown closes what they need. */
  get refusing(): boolean {
    return this.refused;
  }

  refuse(): void {
    this.refused = true;
  }

  /** Calls the listener once, when the shutdown begins. */
  onBegin(listener: () => void): void {
    this.listeners.push(listener);
  }

  begin(): void {
    if (this.begun) return;
    this.begun = true;
    for (const listener of this.listeners) listener();
  }
}
