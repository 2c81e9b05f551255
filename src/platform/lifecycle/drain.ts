/** Whether this process is going away. The first thing a shutdown sets: readiness answers 503, connections close after their answer. */
export class Draining {
  private begun = false;

  get active(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
