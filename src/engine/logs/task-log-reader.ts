import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_LOGS, SELECT_TRANSITIONS } from './log.sql.ts';
import { COUNT_FOUND_LINES, selectFoundLines } from './found-lines.sql.ts';
import { SELECT_LOG_PAGES } from './log-page.sql.ts';
import type { LineFilter, LogPageBounds, LogPageRow, LogRow, TransitionRow } from './log-rows.ts';

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

  /** The lines of one task that match. With `beforeSeq` the last ones before it, otherwise the first ones; in order of seq. */
  async find(id: string, { levels, pattern, afterSeq, beforeSeq }: LineFilter, { lines, bytes }: LogPageBounds): Promise<LogRow[]> {
    const text = selectFoundLines(beforeSeq === undefined ? 'ASC' : 'DESC');
    const values = [id, levels ?? null, pattern ?? null, afterSeq, beforeSeq ?? null, lines, bytes];
    const rows = await this.api.query<LogRow>(text, values);
    return beforeSeq === undefined ? rows : rows.toReversed();
  }

  async count(id: string, { levels, pattern }: Pick<LineFilter, 'levels' | 'pattern'>): Promise<number> {
    return (await this.api.query<{ count: number }>(COUNT_FOUND_LINES, [id, levels ?? null, pattern ?? null]))[0]?.count ?? 0;
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
