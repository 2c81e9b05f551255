import { inOrderOfTime } from '../core/task/log-order.ts';
import type { ApiClient } from './api-client.ts';
import type { LogLine, LogPage, TransitionView } from './api-types.ts';
import type { ServerEvent } from './event-stream.ts';
import { clockText } from './output/cells.ts';
import { multiLine, singleLine } from './output/plain-text.ts';

const PAGE = 200;

/** Reads the log of an execution from its start, by page or from a stream. No line appears twice. */
export class LogReader {
  #after = 0;
  #version = 0;

  constructor(
    private readonly api: ApiClient,
    private readonly executionId: string,
  ) {}

  /** The number of the last line. */
  get after(): number {
    return this.#after;
  }

  /** The lines since the last call. */
  async next(): Promise<LogLine[]> {
    const { items } = await this.api.get<{ items: readonly TransitionView[] }>(`/executions/${this.executionId}/audit`);
    const added = items.filter(({ version }) => version > this.#version);
    this.#version = items.at(-1)?.version ?? this.#version;
    return inOrderOfTime(await this.#lines(), added).flatMap((item) => ('seq' in item ? item : lifecycleLine(item)));
  }

  /** The line in an event of the log stream. After a reconnect, repeated transitions are skipped. */
  take({ event, data }: ServerEvent): LogLine[] {
    if (event === 'log') {
      const line = data as LogLine & { seq: number };
      if (line.seq <= this.#after) return [];
      this.#after = line.seq;
      return [line];
    }
    if (event !== 'transition') return [];
    const transition = data as TransitionView;
    if (transition.version <= this.#version) return [];
    this.#version = transition.version;
    return lifecycleLine(transition);
  }

  async #lines(): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (;;) {
      const query = { after: this.#after, limit: PAGE };
      const { items, nextAfter, truncated } = await this.api.get<LogPage>(`/executions/${this.executionId}/logs`, query);
      lines.push(...items);
      this.#after = nextAfter;
      if (!truncated) return lines;
    }
  }
}

function lifecycleLine({ at, level, message, reason, to, attempt, actor }: TransitionView): LogLine[] {
  if (level === null || message === null) return [];
  return [{ seq: null, timestamp: at, level, message, data: { transition: reason, status: to, attempt, by: actor.name } }];
}

/**
 * `09:00:12 info  message {"data":…}`. With `people` false it is one line with the full timestamp; else line breaks of
 * the message are kept.
 */
export function logText({ seq, timestamp, level, message, data }: LogLine, { people, utc }: { people: boolean; utc: boolean }): string {
  const toldAlready = seq === null;
  const extra = toldAlready || data === undefined || data === null ? '' : ` ${singleLine(JSON.stringify(data))}`;
  if (!people) return `${timestamp}\t${level}\t${singleLine(message)}${extra}\n`;
  return `${clockText(timestamp, utc).slice(11)} ${level.padEnd(5)} ${multiLine(message).replaceAll('\n', '\n    ')}${extra}\n`;
}
