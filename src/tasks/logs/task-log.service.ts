import { Injectable } from '@nestjs/common';
import { containing } from '../../core/task/search.ts';
import { escapeText } from '../../platform/telemetry/escape-text.ts';
import { inOrderOfTime } from '../../core/task/log-order.ts';
import type { TaskRow } from '../../core/task/task.ts';
import type { LogLine } from './log-line.view.ts';
import type { FoundLogPage, LogFilter, LogsQuery } from './logs.dto.ts';
import { lifecycleLine } from './lifecycle-lines.ts';
import type { LogRow, TransitionRow } from '../../engine/logs/log-rows.ts';
import { TaskLogReader } from '../../engine/logs/task-log-reader.ts';

/** The log of one execution, within its limits. */
export interface LogExcerpt {
  lines: LogLine[];
  /** Link to the missing lines; null when the log is complete. */
  nextUrl: string | null;
}

/** A page of one execution. Lines have up to 16,000 characters, so 200 of them may be 9 MB. */
const PAGE_BYTES = 1_048_576;
const LINES_OF_DOWNLOAD = 1_000;

/** The log for readers: the lines of the handler and those of the audit, ordered by time. */
@Injectable()
export class TaskLogService {
  constructor(private readonly reader: TaskLogReader) {}

  /** From the first line on, by task id. The tasks share the bytes of a page. */
  async of(tasks: readonly TaskRow[], lines: number): Promise<Map<string, LogExcerpt>> {
    const ids = tasks.map((task) => task.id);
    if (ids.length === 0) return new Map();
    const bounds = { lines, bytes: Math.floor(PAGE_BYTES / ids.length) };
    const [rows, transitions] = await Promise.all([this.reader.lines(ids, 0, bounds), this.reader.transitions(ids)]);
    return new Map(tasks.map((task) => [task.id, toExcerpt(task, rows, transitions)]));
  }

  /** Stored lines after or before a sequence number that match. */
  async page(taskId: string, query: LogsQuery): Promise<FoundLogPage> {
    const { after, before, limit, level, q } = query;
    const filter = { levels: level, pattern: q === undefined ? undefined : containing([q])[0], afterSeq: after, beforeSeq: before };
    const isFiltered = level !== undefined || q !== undefined;
    const [rows, matches] = await Promise.all([
      this.reader.find(taskId, filter, { lines: limit, bytes: PAGE_BYTES }),
      isFiltered ? this.reader.count(taskId, filter) : null,
    ]);
    const further = new URLSearchParams({ limit: String(limit) });
    for (const one of level ?? []) further.append('level', one);
    if (q !== undefined) further.append('q', q);
    const nextUrl = before === undefined ? nextUrlOf(taskId, rows, `&${further.toString()}`) : null;
    const prevBefore = before !== undefined && rows[0]?.more ? rows[0].seq : null;
    const nextAfter = rows.at(-1)?.seq ?? after;
    return { items: rows.map(toLine), nextAfter, truncated: nextUrl !== null || prevBefore !== null, nextUrl, prevBefore, matches };
  }

  /** All stored lines that match as text, a page at a time. */
  async *text(taskId: string, { level, q }: LogFilter): AsyncGenerator<string> {
    const filter = { levels: level, pattern: q === undefined ? undefined : containing([q])[0] };
    for (let afterSeq = 0, more = true; more; ) {
      const rows = await this.reader.find(taskId, { ...filter, afterSeq }, { lines: LINES_OF_DOWNLOAD, bytes: PAGE_BYTES });
      yield rows.map(toText).join('');
      const last = rows.at(-1);
      more = last?.more ?? false;
      afterSeq = last?.seq ?? afterSeq;
    }
  }

  transitions(taskId: string): Promise<TransitionRow[]> {
    return this.reader.transitions([taskId]);
  }
}

/** `2026-11-30T09:00:00.000Z info  message {"page":3}`, one line of text for each line of the log. */
function toText({ at, level, message, data }: LogRow): string {
  const more = data === null ? '' : ` ${JSON.stringify(data)}`;
  return `${escapeText(`${at.toISOString()} ${level.padEnd(5)} ${message}${more}`)}\n`;
}

function nextUrlOf(taskId: string, rows: readonly LogRow[], query = ''): string | null {
  const last = rows.at(-1);
  return last?.more ? `/executions/${taskId}/logs?after=${last.seq}${query}` : null;
}

function toLine({ seq, at, level, message, data }: LogRow): LogLine {
  return { seq, timestamp: at, level, message, ...(data !== null && { data }) };
}

function toExcerpt(task: TaskRow, allRows: readonly LogRow[], allTransitions: readonly TransitionRow[]): LogExcerpt {
  const rows = allRows.filter((row) => row.taskId === task.id);
  const transitions = allTransitions.filter((row) => row.taskId === task.id);
  const items = inOrderOfTime(rows.map(toLine), transitions);
  return { lines: items.flatMap((item) => ('seq' in item ? item : toLifecycle(item, task))), nextUrl: nextUrlOf(task.id, rows) };
}

function toLifecycle(row: TransitionRow, task: TaskRow): LogLine[] {
  const line = lifecycleLine(row, task.timeoutMs);
  return line ? [{ seq: null, timestamp: line.at, level: line.level, message: line.message, data: line.data }] : [];
}
