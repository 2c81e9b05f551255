import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.ts';
import { deleteInPages } from '../database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../database/pools.ts';
import { CleansUp, type RetentionRule } from '../lifecycle/retention-rule.ts';
import { DELETE_FAILURES } from './sign-in/sign-in-failures.sql.ts';
import { DELETE_EXPIRED_LINKS } from './sign-in/sign-in-link.sql.ts';
import { DELETE_ENDED_SESSIONS } from './sessions/session.sql.ts';

/** One row of failed sign-ins takes about 150 bytes. */
const MOST_FAILURES = 100_000;
const HOUR_S = 3_600;

/** Deletes sessions that ended, links that expired, and failed sign-ins that no longer count. */
@Injectable()
@CleansUp('sessions')
export class PeopleRetention implements RetentionRule {
  private readonly sql: SqlExecutor;
  private readonly idleSeconds: number;

  constructor(pools: Pools, { sessionIdleHours }: Settings) {
    this.sql = executorOf(pools.api);
    this.idleSeconds = sessionIdleHours * HOUR_S;
  }

  async clean(signal: AbortSignal): Promise<void> {
    await deleteInPages(() => this.sql.query(DELETE_ENDED_SESSIONS, [this.idleSeconds]), signal);
    await deleteInPages(() => this.sql.query(DELETE_EXPIRED_LINKS, []), signal);
    await deleteInPages(() => this.sql.query(DELETE_FAILURES, [MOST_FAILURES]), signal);
  }
}
