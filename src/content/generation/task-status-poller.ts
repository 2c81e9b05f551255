import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ExternalCreator } from '../../creators/creator.ts';
import { CreatorRegistry } from '../../creators/creator.registry.ts';
import { AttemptStore } from '../../engine/attempt-store.ts';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import type { AccountLimit } from '../accounts/account.service.ts';
import type { CreatorWorkView, WorkOfCreatorView, WorkStatisticsView } from './creator-work.dto.ts';
import * as sql from './task-status-poller.sql.ts';

const NAME = 'creator-work';
const INTERVAL_MS = 1_000;
const CLOSED_AT_ONCE = 20;
const POLLED_AT_ONCE = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** Time limit of the request that cancels work. */
const CANCEL_MS = 10_000;

export interface WorkFilter {
  readonly states?: readonly string[];
  readonly creator?: string;
  /** Only open work whose task is past its time limit. */
  readonly late?: boolean;
  /** The id of an execution. */
  readonly taskId?: string;
  readonly within: AccountLimit;
  readonly beforeId?: string;
  readonly limit: number;
}

interface AbandonedWork {
  readonly taskId: string;
  readonly creator: string;
  readonly externalId: string | null;
}

/**
 * Statistics and control of the polls of other systems. ExternalWorkPoller makes the polls, in batches and in any process with the role
 * worker; this class brings them forward, counts them, and closes work whose task has ended.
 */
@Injectable()
export class TaskStatusPoller implements OnModuleDestroy {
  private readonly sql: SqlExecutor;
  private readonly loop: Loop;

  constructor(
    pools: Pools,
    private readonly attempts: AttemptStore,
    private readonly creators: CreatorRegistry,
    private readonly settings: Settings,
    private readonly logger: Logger,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    this.sql = executorOf(pools.api);
    const run = (signal: AbortSignal) => this.handleTimeoutTasks(signal);
    this.loop = loops.create({ name: NAME, intervalMs: INTERVAL_MS, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  /** Makes the polls of all accepted work due. Returns their number. */
  async pollRunningTasks(within: AccountLimit): Promise<number> {
    let due = 0;
    for (let after = FIRST_ID; ; ) {
      const page = await this.sql.query<{ id: string }>(sql.SELECT_POLLED_TASKS, [within, after, POLLED_AT_ONCE]);
      const ids = page.map(({ id }) => id);
      due += (await this.attempts.pollNow(ids)).length;
      if (ids.length < POLLED_AT_ONCE) return due;
      after = ids.at(-1) ?? after;
    }
  }

  /** Makes the poll of one task due. Returns 0 when it waits for no other system, or is due already. */
  async pollSingleTask(taskId: string): Promise<number> {
    return (await this.attempts.pollNow([taskId])).length;
  }

  /** The hand-overs, newest first. */
  listWorks({ states, creator, late = false, taskId, within, beforeId, limit }: WorkFilter): Promise<CreatorWorkView[]> {
    const values = [states ?? null, creator ?? null, late, taskId ?? null, beforeId ?? null, limit, within];
    return this.sql.query<CreatorWorkView>(sql.SELECT_WORKS, values);
  }

  async statistics(since: Date, within: AccountLimit): Promise<WorkStatisticsView> {
    const items = await this.sql.query<WorkOfCreatorView>(sql.SELECT_WORK_STATISTICS, [since, within]);
    return { since, pollIntervalSeconds: this.settings.asyncPollInterval, items };
  }

  /** Closes the work of tasks that ended without it, and asks the other systems to stop it. */
  private async handleTimeoutTasks(signal: AbortSignal): Promise<void> {
    for (let closed = CLOSED_AT_ONCE; closed === CLOSED_AT_ONCE && !signal.aborted; ) {
      const works = await this.sql.query<AbandonedWork>(sql.CLOSE_ABANDONED_WORKS, [CLOSED_AT_ONCE]);
      await Promise.all(works.map((work) => this.stopWork(work)));
      closed = works.length;
    }
  }

  /** Best effort: the work is closed, and a text that the other system still writes is not used. */
  private async stopWork({ taskId, creator: name, externalId }: AbandonedWork): Promise<void> {
    const creator = this.creators.find(name);
    if (externalId === null || !(creator instanceof ExternalCreator)) return;
    try {
      await creator.cancel(externalId, AbortSignal.timeout(CANCEL_MS));
    } catch (error) {
      this.logger.warn({ taskId, externalId, error }, 'the creator did not cancel its work');
    }
  }
}
