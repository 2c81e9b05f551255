import { countUnstorable, piecesOf, storableText } from '../../core/text/storable-text.ts';
import { CliError } from '../cli-error.ts';
import { type AgentApi, isRefusal, type Lease } from './agent-api.ts';

interface Line {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

const FLUSH_MS = 500;
/** The server accepts 500 lines in a request; 100 also stay below its size limit. */
const LINES_OF_ONE = 100;
const MAX_LINE = 2_000;

/** Sends the lines of a program in order and in batches. The server stores a repeated request once. */
export class LineSender {
  private waiting: Line[] = [];
  private sending: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private after: number;
  private replaced = 0;
  private lost = 0;
  private reason = '';

  constructor(
    private readonly api: AgentApi,
    private readonly task: Lease,
  ) {
    this.after = task.logSeq;
  }

  add(text: string, level: Line['level'] = 'info'): void {
    this.replaced += countUnstorable(text);
    for (const message of piecesOf(storableText(text), MAX_LINE)) this.waiting.push({ level, message });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Sends the remaining lines, and warnings about changed or lost lines. Returns the warnings. */
  async finish(): Promise<string[]> {
    await this.flush();
    const warnings = [
      ...(this.replaced > 0
        ? [`${this.replaced} characters of the output cannot be stored (NUL or lone surrogates): replaced by U+FFFD`]
        : []),
      ...(this.lost > 0 ? [`${this.lost} lines of the output could not be stored: ${this.reason}`] : []),
    ];
    for (const warning of warnings) this.add(warning, 'warn');
    await this.flush();
    return warnings;
  }

  /** Resolves when all lines so far are stored or have failed. */
  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending = this.sending.then(() => this.sendAll());
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) await this.send(this.waiting.splice(0, LINES_OF_ONE));
  }

  /** Never throws: a line that cannot be stored must fail neither the task nor the other lines. */
  private async send(lines: readonly Line[]): Promise<void> {
    try {
      const stored = await this.api.say<{ logSeq: number; dropped: number }>(this.task, 'logs', { lines, after: this.after });
      if (!stored) return; // the lease is lost
      this.after = stored.logSeq;
      if (stored.dropped > 0) this.lose(stored.dropped, 'the attempt has reached its limit of lines');
    } catch (error) {
      if (lines.length === 1 || !isRefusal(error))
        return this.lose(lines.length, error instanceof CliError ? error.message : String(error));
      const half = lines.length >> 1;
      await this.send(lines.slice(0, half));
      await this.send(lines.slice(half));
    }
  }

  private lose(lines: number, reason: string): void {
    this.lost += lines;
    this.reason = reason;
  }
}
