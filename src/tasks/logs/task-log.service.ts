import { Injectable } from '@nestjs/common';
import { inOrderOfTime } from '../../core/task/log-order.ts';
import type { TaskRow } from '../../core/task/task.ts';
import { LogLine } from './log-line.view.ts';
import { lifecycleLine } from './lifecycle-lines.ts';
import { type LogRow, TaskLogStore, type TransitionRow } from '../../engine/logs/task-log-store.ts';

/** The log as a reader sees it: what handlers wrote, and what the audit knows, in the order of time. */
@Injectable()
export class TaskLogService {
  constructor(private readonly repository: TaskLogStore) {}

  /** By task id; the last `limit` stored lines of each are not skipped: reading goes from the first. */
  async of(tasks: readonly TaskRow[], limit: number): Promise<Map<string, LogLine[]>> {
    const ids = tasks.map((task) => task.id);
    if (ids.length === 0) return new Map();
    const [lines, transitions] = await Promise.all([this.repository.lines(ids, 0, limit), this.repository.transitions(ids)]);
    return new Map(tasks.map((task) => [task.id, merge(task, lines, transitions)]));
  }

  /** Stored lines after a sequence number. */
  async after(taskId: string, seq: number, limit: number): Promise<LogLine[]> {
    return (await this.repository.lines([taskId], seq, limit)).map(toLine);
  }

  transitions(taskId: string): Promise<TransitionRow[]> {
    return this.repository.transitions([taskId]);
  }
}

function toLine({ seq, at, level, message, data }: LogRow): LogLine {
  return { seq, timestamp: at, level, message, ...(data !== null && { data }) };
}

function merge(task: TaskRow, lines: readonly LogRow[], transitions: readonly TransitionRow[]): LogLine[] {
  const written = lines.filter((line) => line.taskId === task.id).map(toLine);
  const told = transitions.filter((row) => row.taskId === task.id);
  return inOrderOfTime(written, told).flatMap((item) => ('seq' in item ? item : toLifecycle(item, task)));
}

function toLifecycle(row: TransitionRow, task: TaskRow): LogLine[] {
  const line = lifecycleLine(row, task.timeoutMs);
  return line ? [{ seq: null, timestamp: line.at, level: line.level, message: line.message, data: line.data }] : [];
}
