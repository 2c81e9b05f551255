import { setImmediate } from 'node:timers/promises';

/**
 * Gives each caller a turn of the event loop of its own. Several that are resumed by one answer of the database would otherwise
 * run in a row, and block the event loop for the sum of their work.
 */
export class EventLoopTurns {
  private last: Promise<void> = Promise.resolve();

  /** Resolves in the turn after that of the caller before. */
  next(): Promise<void> {
    this.last = this.last.then(() => setImmediate());
    return this.last;
  }
}
