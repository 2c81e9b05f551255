import type { AgentApi, Lease } from './agent-api.ts';

interface Line {
  readonly message: string;
}

const FLUSH_MS = 500;
/** A request of the server takes 500; these stay below its size too. */
const LINES_OF_ONE = 100;
const MAX_LINE = 2_000;

/** Sends the lines a program writes, in order, some at a time; what was told twice is stored once. */
export class LineSender {
  private waiting: Line[] = [];
  private sending: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private after: number;

  constructor(
    private readonly api: AgentApi,
    private readonly task: Lease,
  ) {
    this.after = task.logSeq;
  }

  add(message: string): void {
    for (let i = 0; i < message.length; i += MAX_LINE) this.waiting.push({ message: message.slice(i, i + MAX_LINE) });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Resolves when all lines so far are stored, or cannot be. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending = this.sending.then(() => this.send()).catch(() => undefined); // a line that cannot be stored must not fail the work
    return this.sending;
  }

  private async send(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting.splice(0, LINES_OF_ONE);
      const stored = await this.api.say<{ logSeq: number }>(this.task, 'logs', { lines, after: this.after });
      if (stored) this.after = stored.logSeq;
    }
  }
}
