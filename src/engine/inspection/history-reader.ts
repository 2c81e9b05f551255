import { Injectable } from '@nestjs/common';
import type { Step } from '../../core/report/timeline.ts';
import type { LogLevel } from '../../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import * as sql from './history.sql.ts';

export type StepRow = Step & { readonly taskId: string };

export interface CheckpointRow {
  readonly step: string;
  readonly attempt: number;
  readonly at: Date;
}

export interface BatchMemberRow {
  readonly id: string;
  readonly name: string;
  readonly errorCode: string | null;
}

/** Reads what tasks did: transitions, checkpoints and log levels. */
@Injectable()
export class HistoryReader {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  steps(ids: readonly string[]): Promise<StepRow[]> {
    return this.api.query<StepRow>(sql.SELECT_STEPS, [ids]);
  }

  logLevels(id: string): Promise<{ level: LogLevel; count: number }[]> {
    return this.api.query<{ level: LogLevel; count: number }>(sql.COUNT_LOG_LEVELS, [id]);
  }

  checkpoints(id: string): Promise<CheckpointRow[]> {
    return this.api.query<CheckpointRow>(sql.SELECT_CHECKPOINTS, [id]);
  }

  members(batchId: string): Promise<BatchMemberRow[]> {
    return this.api.query<BatchMemberRow>(sql.SELECT_MEMBERS, [batchId]);
  }

  /** The time by the clock of the transitions. */
  async now(): Promise<Date> {
    return (await this.api.query<{ now: Date }>(sql.SELECT_NOW, []))[0]?.now ?? new Date();
  }
}
