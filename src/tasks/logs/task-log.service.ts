import { Injectable } from '@nestjs/common';
import { inOrderOfTime } from '../../core/task/log-order.ts';
import type { TaskRow } from '../../core/task/task.ts';
import type { LogLine } from './log-line.view.ts';
import type { LogPage } from './logs.dto.ts';
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

  /** Stored lines after a sequence number. */
  async after(taskId: string, seq: number, limit: number): Promise<LogPage> {
    const rows = await this.reader.lines([taskId], seq, { lines: limit, bytes: PAGE_BYTES });
    const nextUrl = nextUrlOf(taskId, rows, `&limit=${limit}`);
    return { items: rows.map(toLine), nextAfter: rows.at(-1)?.seq ?? seq, truncated: nextUrl !== null, nextUrl };
  }

  transitions(taskId: string): Promise<TransitionRow[]> {
    return this.reader.transitions([taskId]);
  }
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
