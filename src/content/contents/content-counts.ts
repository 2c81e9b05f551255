import { Injectable } from '@nestjs/common';
import type { ReviewStatus } from '../../core/review/review.ts';
import { countByStatus, type StatusCountRow } from '../../platform/database/bounded-counts.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { type StatusCount, toCount } from '../../engine/inspection/status-counts.ts';
import { isWithin } from '../accounts/account.service.ts';
import { type ContentCountFilter, countedContents } from './content-counts.sql.ts';

const CONTENTS = { name: 'contents', statusColumn: 'review_status' };

/** Counts contents by the status of their review, within a bounded time. */
@Injectable()
export class ContentCounts {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async count(statuses: readonly ReviewStatus[], filter: ContentCountFilter): Promise<StatusCount<ReviewStatus>[]> {
    const { accountId, within } = filter;
    if (accountId !== undefined && !isWithin(within, accountId)) return statuses.map((status) => ({ status, count: 0, approx: false }));
    const values: unknown[] = [];
    const text = countByStatus(CONTENTS, statuses, countedContents(filter, values));
    const rows = new Map((await this.sql.query<StatusCountRow>(text, values)).map((row) => [row.status, toCount(row, {})]));
    return statuses.map((status) => ({ count: 0, approx: false, ...rows.get(status), status }));
  }
}
