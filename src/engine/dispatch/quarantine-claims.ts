import { Injectable } from '@nestjs/common';
import type { DispatchGroup } from '../../core/dispatch/dispatch-group.ts';
import type { LimitBudget } from '../../core/dispatch/limit-budget.ts';
import { selectAdmissible } from '../../core/dispatch/select-admissible.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { ClaimRequest } from '../../queue/task-queue.ts';
import * as sql from '../claim.sql.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import { TaskMetrics } from '../task-metrics.ts';
import { LimitLedger } from './limit-ledger.ts';
import { QUARANTINE } from '../quarantine.ts';
import type { AgentClaim, Capabilities, LeasedTask } from './task-claims.ts';

export interface QuarantineClaim extends Omit<ClaimRequest, 'queue'> {
  readonly queues: readonly string[];
  /** Leaves tasks alone that crashed more often. */
  readonly maxCrashes: number;
}

type QuarantinedTask = Omit<DispatchGroup, 'group'> & { id: string; crashes: number };

interface Quarantine {
  readonly rows: readonly QuarantinedTask[];
  readonly budgets: LimitBudget[];
}

/**
 * Leases quarantined tasks, those with the fewest crashes first. Limits and pauses hold for them as for all others. Such tasks are
 * few: their claims follow each other under a lock of their own.
 */
@Injectable()
export class QuarantineClaims {
  private readonly engine: SqlExecutor;
  private readonly capabilities: Capabilities;
  /**
   * The last task of the page before, by queues. A page without a task that may start is followed by the next one, because 500
   * tasks at a limit would hide the others.
   */
  private readonly cursors = new Map<string, string>();

  constructor(
    pools: Pools,
    private readonly changes: TaskChangeNotifier,
    private readonly ledger: LimitLedger,
    private readonly metrics: TaskMetrics,
    { workerCapabilities }: Settings,
  ) {
    this.engine = executorOf(pools.engine);
    this.capabilities = workerCapabilities.length === 0 ? undefined : new Set(workerCapabilities);
  }

  /** The crash counts of the tasks that might start. */
  async crashCounts(queues: readonly string[], limit: number, names: readonly string[]): Promise<number[]> {
    const { rows, budgets } = await this.read(this.engine, queues, names);
    const admissible = selectAdmissible(rows, { wanted: limit, budgets, capabilities: this.capabilities });
    if (admissible.length === 0) this.turnPage(queues, rows);
    return admissible.map(({ crashes }) => crashes);
  }

  claim(request: QuarantineClaim): Promise<ClaimedTask[]> {
    return this.lease(sql.CLAIM_QUARANTINED, request, this.capabilities);
  }

  /** For an agent. It runs nothing beside such a task. */
  assign({ queue, capabilities, ...request }: AgentClaim): Promise<ClaimedTask[]> {
    const maxCrashes = Number.POSITIVE_INFINITY;
    return this.lease(sql.ASSIGN_QUARANTINED, { ...request, queues: [queue], maxCrashes }, new Set(capabilities));
  }

  private async lease(statement: string, request: QuarantineClaim, capabilities: Capabilities): Promise<ClaimedTask[]> {
    const { queues, names, maxCrashes, limit: wanted, owner, leaseSeconds } = request;
    const before = await this.read(this.engine, queues, names);
    if (before.rows.length === 0) {
      this.turnPage(queues, []);
      return [];
    }
    const keys = [QUARANTINE, ...before.budgets.map(({ key }) => key)];
    const tasks = await this.ledger.whileLocked(keys, async (tx) => {
      const { rows, budgets } = await this.read(tx, queues, names);
      const isLocked = (row: QuarantinedTask) => budgets.every(({ key }) => keys.includes(key) || !row.keys.includes(key));
      const candidates = rows.filter((row) => row.crashes <= maxCrashes && isLocked(row));
      const ids = selectAdmissible(candidates, { wanted, budgets, capabilities }).map(({ id }) => id);
      if (ids.length === 0) {
        this.turnPage(queues, rows);
        return [];
      }
      this.cursors.delete(queues.join());
      const leased = this.changes.publish(await tx.query<LeasedTask>(statement, [ids, ids.length, owner, leaseSeconds]));
      await this.ledger.debit(tx, budgets, leased);
      return leased;
    });
    this.metrics.claimed(tasks);
    return tasks;
  }

  /** The next call reads the page after these rows, or the first page after the last. */
  private turnPage(queues: readonly string[], rows: readonly QuarantinedTask[]): void {
    const last = rows.length === sql.QUARANTINED_ROWS ? rows.at(-1) : undefined;
    if (last) this.cursors.set(queues.join(), last.id);
    else this.cursors.delete(queues.join());
  }

  private async read(executor: SqlExecutor, queues: readonly string[], names: readonly string[]): Promise<Quarantine> {
    const rows = await executor.query<QuarantinedTask>(sql.SELECT_QUARANTINED, [queues, names, this.cursors.get(queues.join()) ?? null]);
    const keys = [...new Set(rows.flatMap((row) => row.keys))];
    return { rows, budgets: keys.length === 0 ? [] : (await this.ledger.read(keys, false, executor)).budgets };
  }
}
