import { Injectable } from '@nestjs/common';
import type { TaskStatus } from '../../core/task/states.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { DELETE_CHANGES, SELECT_EVENTS, SELECT_PROGRESS, SELECT_RESUMABLE } from './transition-feed.sql.ts';

/** How far a reader of the feed has come: all rows of earlier transactions, and the first `ordinal` rows of `xid`. */
export interface FeedPosition {
  readonly xid: string;
  readonly ordinal: number;
}

/** The end of the feed at the time of a statement. `now`: seconds since the epoch. */
export interface FeedEnd {
  readonly horizon: string;
  readonly now: number;
}

/** What is shown of a task beside its state. */
export interface TaskFacts {
  queue: string;
  subject: string | null;
  /** Code of the last failure. */
  errorCode: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** Topics of rows that are not of the audit of tasks. */
export type ChangeTopic = 'contents' | 'alerts' | 'pool' | 'schedules';

/** A row of the audit, with the progress of its task when the task has not moved on; or a change of something else, in `data`. */
export interface FeedRow extends TaskFacts {
  topic: 'executions' | ChangeTopic;
  data: unknown;
  xid: string;
  id: string;
  version: number;
  attempt: number;
  status: TaskStatus;
  reason: string;
  at: Date;
  name: string | null;
  /** Of the task; both null when it was deleted meanwhile. */
  accountId: string | null;
  createdBy: string | null;
  progress: number | null;
  step: string | null;
}

/**
 * `nth`: of which position, from 1. `incomplete`: a transaction is running, whose rows and those of newer ones are read once it has
 * ended. Without the members of FeedRow when nothing came.
 */
export type FeedPageRow = Partial<FeedRow> & FeedEnd & { readonly nth: number; readonly incomplete: boolean };

export interface ProgressRow extends TaskFacts {
  id: string;
  name: string;
  accountId: string | null;
  createdBy: string;
  status: TaskStatus;
  attempt: number;
  externalId: string | null;
  progress: number;
  step: string | null;
  version: number;
  at: Date;
}

/** Reads the transitions of all tasks in the order of their transactions. */
@Injectable()
export class TransitionFeedReader {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  /** At least one row for each position. */
  pages(positions: readonly FeedPosition[]): Promise<FeedPageRow[]> {
    const columns = [positions.map(({ xid }) => xid), positions.map(({ ordinal }) => ordinal)];
    return this.api.query<FeedPageRow>(SELECT_EVENTS, columns);
  }

  /** Whether a reader may continue after transaction `xid`, which it read at `at` (seconds since the epoch). */
  async resume(xid: string, at: number): Promise<FeedEnd & { readonly resumable: boolean }> {
    const [row] = await this.api.query<FeedEnd & { resumable: boolean }>(SELECT_RESUMABLE, [xid, at]);
    if (!row) throw new Error('a SELECT without FROM gave no row');
    return row;
  }

  /** Deletes a page of old changes of things that are not tasks. */
  deleteOldChanges(): Promise<object[]> {
    return this.api.query(DELETE_CHANGES, []);
  }

  /** Leased tasks that reported progress, the newest 1,000. */
  progress(): Promise<ProgressRow[]> {
    return this.api.query<ProgressRow>(SELECT_PROGRESS, []);
  }
}
