import { Worker } from 'node:worker_threads';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { PageLanguage } from './markdown-html.ts';

export interface RenderOrder {
  markdown: string;
  language: PageLanguage;
}

/** `html` is null for a text that is beyond the stack. */
export type RenderAnswer = { ready: true } | { html: string | null };

export interface RenderLimits {
  deadlineMs: number;
  memoryMb: number;
}

/** `.ts` when run from the sources, `.js` when built. */
const THREAD = new URL(`./markdown-render.thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);
/** Loading the parser takes 0.3 s, some seconds on a machine that is busy. */
const START_MS = 20_000;
/** The thread takes some 30 MB, which a process that renders rarely gives back. */
const IDLE_MS = 30_000;

/** One text at a time in one thread, each within a deadline and a memory limit. */
export class MarkdownRenderThread {
  private thread: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly limits: RenderLimits) {}

  /** The HTML, or null when the text took too much time, memory or stack. @throws when the thread cannot start */
  render(order: RenderOrder): Promise<string | null> {
    const result = this.last.then(() => this.renderNext(order));
    this.last = result.catch(() => undefined);
    return result;
  }

  private async renderNext(order: RenderOrder): Promise<string | null> {
    clearTimeout(this.idle);
    const thread = (this.thread ??= await this.start());
    thread.ref();
    try {
      thread.postMessage(order);
      const answer = await answerOf(thread, this.limits.deadlineMs);
      if (answer !== null && 'html' in answer) return answer.html;
      this.end(thread);
      return null;
    } finally {
      thread.unref();
      this.idle = setTimeout(() => this.end(thread), IDLE_MS).unref();
    }
  }

  private async start(): Promise<Worker> {
    const thread = new Worker(THREAD, { name: 'markdown-render', resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb } });
    let reason: unknown;
    thread.once('error', (error) => {
      reason = error;
    });
    thread
      .on('error', () => undefined)
      .once('exit', () => {
        if (this.thread === thread) this.thread = undefined;
      });
    if ((await answerOf(thread, START_MS)) !== null) return thread;
    this.end(thread);
    throw new Error('The thread that renders Markdown did not start.', { cause: reason });
  }

  private end(thread: Worker): void {
    if (this.thread === thread) this.thread = undefined;
    void thread.terminate();
  }
}

/** The next message of a thread; null when it ends or the time is over first. */
function answerOf(thread: Worker, deadlineMs: number): Promise<RenderAnswer | null> {
  return new Promise((resolve) => {
    const settle = (answer: RenderAnswer | null): void => {
      clearTimeout(timer);
      thread.off('message', settle).off('exit', onExit);
      resolve(answer);
    };
    const onExit = (): void => settle(null);
    const timer = setTimeout(() => settle(null), timerMs(deadlineMs));
    thread.once('message', settle).once('exit', onExit);
  });
}
