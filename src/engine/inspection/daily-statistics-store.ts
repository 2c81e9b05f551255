import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import * as sql from './daily-statistics.sql.ts';

/** Transitions of one day. */
export interface DayStatistics {
  /** 2026-11-29, in UTC. */
  readonly day: string;
  readonly submitted: number;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly timeout: number;
  readonly cancelled: number;
  readonly retried: number;
  readonly rescued: number;
  /** Null when none completed. */
  readonly averageRunMs: number | null;
}

export interface ThroughputFilter {
  /** A whole minute. */
  readonly since: Date;
  readonly until: Date;
  /** A multiple of 60. */
  readonly stepSeconds: number;
  readonly name?: string;
  readonly queue?: string;
}

/** Transitions of one bucket of time. */
export interface ThroughputBucket extends Pick<DayStatistics, 'submitted' | 'completed' | 'failed' | 'timeout' | 'cancelled'> {
  readonly start: Date;
}

interface Watermark {
  readonly xid: string;
  readonly countedAt: string;
  readonly restoredTo: string;
  readonly restored: boolean;
}

/** Counts the transitions of all tasks by day and name, and by minute, name and queue. The watermark and the counts change in one transaction, so each is counted once. */
@Injectable()
export class DailyStatisticsStore {
  private readonly api: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.api = executorOf(pools.api);
  }

  /** Counts what is committed since the last round. Returns whether more is left. While another process counts it does nothing. */
  async countNext(): Promise<boolean> {
    await this.api.query(sql.ADD_WATERMARK, []);
    return inTransaction(this.pools.api, async (tx) => {
      const [mark] = await tx.query<Watermark>(sql.LOCK_WATERMARK, []);
      if (!mark) return false;
      if (mark.restored) {
        await tx.query(sql.COUNT_RESTORED, [mark.xid, mark.countedAt]);
        await tx.query(sql.REBASE_WATERMARK, [mark.xid]);
        return false;
      }
      const [next] = await tx.query<{ end: string; more: boolean }>(sql.SELECT_END, [mark.xid]);
      if (!next) throw new Error('a SELECT without FROM gave no row');
      await tx.query(sql.COUNT_TRANSITIONS, [mark.xid, next.end, mark.restoredTo]);
      await tx.query(sql.DELETE_MINUTES, []);
      await tx.query(sql.MOVE_WATERMARK, [next.end]);
      return next.more;
    });
  }

  /** One row for each bucket, in order. */
  throughput({ since, until, stepSeconds, name, queue }: ThroughputFilter): Promise<ThroughputBucket[]> {
    return this.api.query<ThroughputBucket>(sql.SELECT_THROUGHPUT, [since, until, stepSeconds, name ?? null, queue ?? null]);
  }

  /** The newest day first, also days without a transition. */
  days(count: number, name?: string): Promise<DayStatistics[]> {
    return this.api.query<DayStatistics>(sql.SELECT_DAYS, [count, name ?? null]);
  }
}
