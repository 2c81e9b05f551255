import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_LOGS, SELECT_TRANSITIONS } from './log.sql.ts';
import { SELECT_LOG_PAGES } from './log-page.sql.ts';
import type { LogPageBounds, LogPageRow, LogRow, TransitionRow } from './log-rows.ts';

/** Reads the log lines and the audit of tasks. */
@Injectable()
export class TaskLogReader {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  /** In order, grouped by task. */
  lines(ids: readonly string[], afterSeq: number, { lines, bytes }: LogPageBounds): Promise<LogRow[]> {
    return this.api.query<LogRow>(SELECT_LOGS, [ids, afterSeq, lines, bytes]);
  }

  transitions(ids: readonly string[]): Promise<TransitionRow[]> {
    return this.api.query<TransitionRow>(SELECT_TRANSITIONS, [ids]);
  }

  /** The rows after each position, in order. */
  pagesAfter(positions: readonly { readonly id: string; readonly seq: number; readonly version: number }[]): Promise<LogPageRow[]> {
    const columns = [positions.map(({ id }) => id), positions.map(({ seq }) => seq), positions.map(({ version }) => version)];
    return this.api.query<LogPageRow>(SELECT_LOG_PAGES, columns);
  }
}
