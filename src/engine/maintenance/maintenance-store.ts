import { Injectable } from '@nestjs/common';
import type { ExpiredLease } from '../../core/task/rescue-policy.ts';
import type { Fence } from '../../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { WakeUp } from '../../queue/task-queue.ts';
import * as recovery from '../recovery/recovery.sql.ts';
import { FIRST_ID } from '../sweep-pages.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import type { StoppedAttempt, TransitionResult } from '../transition-result.ts';
import * as sweep from './sweep.sql.ts';

/** Transitions caused by time and lost workers. Each method is one or two statements, and any process may repeat it. */
@Injectable()
export class MaintenanceStore {
  private readonly engine: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly changes: TaskChangeNotifier,
  ) {
    this.engine = executorOf(pools.engine);
  }

  promote(actor: string): Promise<Required<WakeUp>[]> {
    return this.publishing(this.engine.query(sweep.PROMOTE_TASKS, [actor]));
  }

  timeOut(actor: string): Promise<(TransitionResult & StoppedAttempt)[]> {
    return this.publishing(this.engine.query(sweep.TIME_OUT_TASKS, [actor]));
  }

  expire(actor: string): Promise<(TransitionResult & StoppedAttempt)[]> {
    return this.publishing(this.engine.query(sweep.EXPIRE_TASKS, [actor]));
  }

  /** A page of up to EXPIRED_LEASES, by id. */
  expiredLeases(after = FIRST_ID): Promise<ExpiredLease[]> {
    return this.engine.query<ExpiredLease>(recovery.SELECT_EXPIRED_LEASES, [after]);
  }

  async rescue(leases: readonly ExpiredLease[], actor: string): Promise<TransitionResult[]> {
    const requeued = await this.publishing(
      this.engine.query<TransitionResult>(recovery.REQUEUE_WITHOUT_PENALTY, [JSON.stringify(leases), actor]),
    );
    return [
      ...requeued,
      ...(await this.publishing(this.engine.query<TransitionResult>(recovery.RESCUE_TASKS, [JSON.stringify(leases), actor]))),
    ];
  }

  /** The child process of one attempt ended. `cause`: the rest of the sentence "it ended with …". */
  rescueIsolated(row: Fence & { cause: string }, actor: string): Promise<TransitionResult[]> {
    return this.publishing(this.engine.query<TransitionResult>(recovery.RESCUE_ISOLATED, [JSON.stringify([row]), actor]));
  }

  /** Notifies live views of the changed tasks. */
  private async publishing<Row extends { id: string }>(changed: Promise<Row[]>): Promise<Row[]> {
    return this.changes.publish(await changed);
  }
}
