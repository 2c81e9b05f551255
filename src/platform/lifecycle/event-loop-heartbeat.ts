import inspector from 'node:inspector';
import { StallDetector } from './stall-detector.ts';

const BEAT_MS = 100;
const LOOK_EVERY_MS = 200;

/** A counter that this thread increments while its event loop turns. Other threads watch it through the shared buffer. */
export class EventLoopHeartbeat {
  readonly buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  private readonly timer: NodeJS.Timeout;

  constructor() {
    const counter = new Int32Array(this.buffer);
    this.timer = setInterval(() => Atomics.add(counter, 0, 1), BEAT_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/**
 * Runs in another thread: calls `onSilence` once when the counter has not moved for `limitMs`. Never with an attached
 * debugger, which may stop the process. Returns a function that ends the watch.
 */
export function watchHeartbeat(buffer: SharedArrayBuffer, limitMs: number, onSilence: () => void): () => void {
  const counter = new Int32Array(buffer);
  const watch = new StallDetector(limitMs, LOOK_EVERY_MS);
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const silent = watch.look(Atomics.load(counter, 0), now - lookedAt);
    lookedAt = now;
    if (!silent || inspector.url() !== undefined) return;
    clearInterval(timer);
    onSilence();
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
