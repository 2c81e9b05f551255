import inspector from 'node:inspector';
import { StallDetector } from './stall-detector.ts';

const BEAT_MS = 100;
const LOOK_EVERY_MS = 200;

/** A counter that this thread moves as long as its event loop turns; threads that are given the buffer can watch it. */
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
 * In another thread: calls `onSilence` once when the pulse has been still for `limitMs`. Never while a debugger may hold the
 * process: what is looked at with it must not be killed. Returns what ends the watch.
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
