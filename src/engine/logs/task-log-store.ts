import { Injectable } from '@nestjs/common';
import type { Failure } from '../../core/task/failure.ts';
import type { TaskStatus } from '../../core/task/states.ts';
import type { LogLevel } from '../../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { jsonBytes, StatementBatcher } from '../../platform/database/statement-batcher.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import { INSERT_LOGS, SELECT_LOGS, SELECT_TRANSITIONS } from './log.sql.ts';

export interface NewLogLine {
  id: string;
  epoch: number;
  seq: number;
  attempt: number;
  /** performance.now() of this process, from which the age of the line is computed. */
  writtenAt: number;
  level: LogLevel;
  message: string;
  data: unknown;
}

export interface LogRow {
  taskId: string;
  seq: number;
  attempt: number;
  at: Date;
  level: LogLevel;
  message: string;
  data: unknown;
  /** The task has lines behind this one. */
  more: boolean;
}

/** Of each task; a page holds one line at least. */
export interface LogPageBounds {
  readonly lines: number;
  readonly bytes: number;
}

/** One row of the audit. */
export interface TransitionRow {
  taskId: string;
  version: number;
  attempt: number;
  from: TaskStatus | null;
  to: TaskStatus;
  reason: string;
  actor: string;
  detail: Failure | null;
  at: Date;
}

const OUTAGE_MS = 15_000;

/** The log lines and the audit of tasks. */
@Injectable()
export class TaskLogStore {
  private readonly engine: SqlExecutor;
  private readonly api: SqlExecutor;
  private readonly incoming: StatementBatcher<NewLogLine, void>;

  constructor(pools: Pools, news: TaskChangeNotifier) {
    this.engine = executorOf(pools.engine);
    this.api = executorOf(pools.api);
    this.incoming = new StatementBatcher({
      run: async (rows) => {
        await retryTransient({ forMs: OUTAGE_MS }, () => this.engine.query(INSERT_LOGS, [JSON.stringify(rows.map(withAge))]));
        news.publish(rows);
        return [];
      },
      sizeOf: ({ message, data }) => jsonBytes(message) + jsonBytes(data),
      // Two at once may commit in either order: a reader that has line 9 would not look for line 8 again.
      maxInFlight: 1,
    });
  }

  add(line: NewLogLine): Promise<void> {
    return this.incoming.add(line);
  }

  /** In order, grouped by task. */
  lines(ids: readonly string[], afterSeq: number, { lines, bytes }: LogPageBounds): Promise<LogRow[]> {
    return this.api.query<LogRow>(SELECT_LOGS, [ids, afterSeq, lines, bytes]);
  }

  transitions(ids: readonly string[]): Promise<TransitionRow[]> {
    return this.api.query<TransitionRow>(SELECT_TRANSITIONS, [ids]);
  }
}

/**
 * The time of a line is the database's, less the age of the line when it was sent: the clock of a worker may be off by a day,
 * and its first lines then stood before "accepted".
 */
function withAge({ writtenAt, ...line }: NewLogLine): Omit<NewLogLine, 'writtenAt'> & { ageMs: number } {
  return { ...line, ageMs: performance.now() - writtenAt };
}
