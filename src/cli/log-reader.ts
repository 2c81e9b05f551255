import type { ApiClient } from './api-client.ts';
import type { LogLine, LogPage } from './api-types.ts';
import { clockText } from './output/cells.ts';
import { multiLine, singleLine } from './output/plain-text.ts';

const PAGE = 200;

/** Reads an execution's log from its beginning; each `next()` answers what was added since. */
export class LogReader {
  #after = 0;

  constructor(
    private readonly api: ApiClient,
    private readonly executionId: string,
  ) {}

  async next(): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (;;) {
      const { items } = await this.api.get<LogPage>(`/executions/${this.executionId}/logs`, { after: this.#after, limit: PAGE });
      lines.push(...items);
      this.#after = items.at(-1)?.seq ?? this.#after;
      if (items.length < PAGE) return lines;
    }
  }
}

/** `09:00:12 info  message {"data":…}`; machines get the whole timestamp and one line, people the message's own line breaks. */
export function logText({ timestamp, level, message, data }: LogLine, { people, utc }: { people: boolean; utc: boolean }): string {
  const extra = data === undefined || data === null ? '' : ` ${singleLine(JSON.stringify(data))}`;
  if (!people) return `${timestamp}\t${level}\t${singleLine(message)}${extra}\n`;
  return `${clockText(timestamp, utc).slice(11)} ${level.padEnd(5)} ${multiLine(message).replaceAll('\n', '\n    ')}${extra}\n`;
}
