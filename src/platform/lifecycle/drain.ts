/** Whether this process is going away. The first thing a shutdown sets: readiness answers 503, connections close after their answer. */
export class Draining {
  private begun = false;
  private refused = false;
  private readonly listeners: (() => void)[] = [];

  get active(): boolean {
    return this.begun;
  }

  /** New requests are answered with 503 from now on: what they need is being closed. */
  get refusing(): boolean {
    return this.refused;
  }

  refuse(): void {
    this.refused = true;
  }

  /** Told once, when it begins. */
  onBegin(listener: () => void): void {
    this.listeners.push(listener);
  }

  begin(): void {
    if (this.begun) return;
    this.begun = true;
    for (const listener of this.listeners) listener();
  }
}
