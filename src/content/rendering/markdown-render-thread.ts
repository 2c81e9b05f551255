import { Worker } from 'node:worker_threads';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { PageLanguage } from './markdown-html.ts';

export interface RenderOrder {
  markdown: string;
  language: PageLanguage;
}

/** `html` is null for a text that overflows the stack. */
export type RenderAnswer = { ready: true } | { html: string | null };

export interface RenderLimits {
  /** For rendering alone. */
  deadlineMs: number;
  /** For waiting, the start of the thread and rendering together. */
  answerMs: number;
  memoryMb: number;
}

/** The text was not rendered in time, because others were ahead of it. A later attempt may succeed. */
export class RenderBusyError extends Error {
  override readonly name = 'RenderBusyError';
  override readonly message = 'Too many texts are waiting to be rendered.';
}

interface WaitingOrder {
  order: RenderOrder;
  resolve: (html: string | null) => void;
  reject: (error: unknown) => void;
}

/** `.ts` when run from the sources, `.js` when built. */
const THREAD = new URL(`./markdown-render.thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);
/** Loading the parser takes 0.3 s, and several seconds on a loaded machine. */
const START_MS = 20_000;
/** The thread takes about 30 MB, which an idle process frees. */
const IDLE_MS = 30_000;

/**
 * Renders one text at a time in one thread, each with a deadline and a memory limit. The shortest waiting text is
 * next: only long texts take seconds, and they must not delay short ones.
 */
export class MarkdownRenderThread {
  private thread: Worker | undefined;
  private readonly waiting: WaitingOrder[] = [];
  private isRendering = false;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly limits: RenderLimits) {}

  /**
   * Returns the HTML, or null when the text took too much time, memory or stack.
   * @throws {RenderBusyError} after `answerMs`
   * @throws when the thread cannot start
   */
  async render(order: RenderOrder): Promise<string | null> {
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const own = { order, resolve, reject };
    const timer = setTimeout(() => {
      const at = this.waiting.indexOf(own);
      if (at !== -1) this.waiting.splice(at, 1);
      reject(new RenderBusyError());
    }, timerMs(this.limits.answerMs));
    this.waiting.push(own);
    if (!this.isRendering) void this.renderWaiting();
    return promise.finally(() => clearTimeout(timer));
  }

  private async renderWaiting(): Promise<void> {
    this.isRendering = true;
    for (let next = this.takeShortest(); next !== undefined; next = this.takeShortest()) {
      await this.renderNext(next.order).then(next.resolve, next.reject);
    }
    this.isRendering = false;
  }

  /** The first of equally short texts. */
  private takeShortest(): WaitingOrder | undefined {
    const lengths = this.waiting.map(({ order }) => order.markdown.length);
    return this.waiting.splice(lengths.indexOf(Math.min(...lengths)), 1)[0];
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

/** The next message of a thread; null when the thread ends or the deadline passes first. */
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
