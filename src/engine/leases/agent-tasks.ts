import { Injectable } from '@nestjs/common';
import type { TaskStatus } from '../../core/task/states.ts';
import type { ClaimedTask, Fence } from '../../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { StatementBatcher } from '../../platform/database/statement-batcher.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { SELECT_QUARANTINED_CAPABILITIES } from '../claim.sql.ts';
import { RESCUE_OWNED, REQUEUE_OWNED_WITHOUT_PENALTY } from '../recovery/recovery.sql.ts';
import type { TransitionResult } from '../transition-result.ts';
import { TaskMetrics } from '../task-metrics.ts';
import { AttemptStore } from '../attempt-store.ts';
import * as sql from './agent-lease.sql.ts';

/** The boot id of an owner name. */
export const bootOf = (owner: string): string => owner.slice(owner.lastIndexOf(':') + 1);

/** An attempt, and the owner of its lease. */
export type OwnedFence = Fence & { readonly owner: string };

type QueuedFence = Fence & { readonly queue: string };

export type LeasedTaskRow = ClaimedTask &
  OwnedFence & {
    readonly status: 'assigned' | 'running';
    readonly deadlineAt: Date | null;
    readonly lastLine: number;
    readonly ranSeconds: number | null;
  };

/** The end of an attempt that its owner ended. */
export interface AttemptOutcome {
  /** The status of the task after it. */
  readonly status: TaskStatus;
  /** Tasks were lost with the agent since it last completed one. */
  readonly crashed: boolean;
}

export interface ActiveLease extends Fence {
  readonly queue: string;
  /** The task was running when a worker or agent ended. */
  readonly quarantined: boolean;
}

const SETTLE_RETRY_MS = 2_000;

/** The tasks that agents lease. Requests of many agents at the same moment share a statement. */
@Injectable()
export class AgentTasks {
  private readonly engine: SqlExecutor;
  private readonly lookUps: StatementBatcher<OwnedFence, LeasedTaskRow | undefined>;
  private readonly outcomes: StatementBatcher<OwnedFence, (OwnedFence & AttemptOutcome) | undefined>;

  constructor(
    pools: Pools,
    private readonly attempts: AttemptStore,
    private readonly queue: TaskQueue,
    private readonly metrics: TaskMetrics,
  ) {
    this.engine = executorOf(pools.engine);
    this.lookUps = this.reader(sql.SELECT_LEASED);
    this.outcomes = this.reader(sql.SELECT_ATTEMPT_OUTCOMES);
  }

  /** Undefined when the lease is lost, or never belonged to this owner. */
  find(fence: OwnedFence): Promise<LeasedTaskRow | undefined> {
    return this.lookUps.add(fence);
  }

  /** Undefined when the owner did not end the attempt. */
  outcomeOf(fence: OwnedFence): Promise<AttemptOutcome | undefined> {
    return this.outcomes.add(fence);
  }

  /** Whether each lease was extended, in order. */
  async extend(fences: readonly OwnedFence[], seconds: number): Promise<boolean[]> {
    const rows = await this.engine.query<OwnedFence>(sql.EXTEND_AGENT_LEASES, [JSON.stringify(fences), seconds]);
    const extended = new Set(rows.map(keyOf));
    return fences.map((fence) => extended.has(keyOf(fence)));
  }

  leasesOf(owner: string, executor: SqlExecutor = this.engine): Promise<ActiveLease[]> {
    return executor.query<ActiveLease>(sql.SELECT_LEASES_OF_OWNER, [owner]);
  }

  /** By boot id, which the two owner names of a process share. */
  async countLeasesByBoot(): Promise<Map<string, number>> {
    const rows = await this.engine.query<{ boot: string; count: number }>(sql.COUNT_LEASES_BY_BOOT, []);
    return new Map(rows.map(({ boot, count }) => [boot, count]));
  }

  /** Locks a leased task in the caller's transaction. Undefined when the lease is lost. */
  async lock({ id, epoch, owner }: OwnedFence, tx: SqlExecutor): Promise<{ attempt: number } | undefined> {
    return (await tx.query<{ attempt: number }>(sql.LOCK_LEASED, [JSON.stringify([{ id, epoch, owner }])]))[0];
  }

  async countLeases(owners: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.engine.query<{ owner: string; count: number }>(sql.COUNT_LEASES, [owners]);
    return new Map(rows.map(({ owner, count }) => [owner, count]));
  }

  /** What the ready quarantined tasks of a queue with these names need, each list of capabilities once. */
  async capabilitiesOfQuarantined(queue: string, names: readonly string[]): Promise<(readonly string[])[]> {
    const rows = await this.engine.query<{ capabilities: readonly string[] }>(SELECT_QUARANTINED_CAPABILITIES, [queue, names]);
    return rows.map(({ capabilities }) => capabilities);
  }

  /** The owner has ended: its running tasks count a crash, its tasks that were not started do not. */
  async rescueFrom(owner: string): Promise<void> {
    const values = [bootOf(owner), 'registry'];
    const requeued = await this.engine.query<TransitionResult>(REQUEUE_OWNED_WITHOUT_PENALTY, values);
    const rescued = [...requeued, ...(await this.engine.query<TransitionResult>(RESCUE_OWNED, values))];
    this.metrics.rescued('agent_lost', rescued);
    this.announce(rescued);
  }

  /** The owner unregisters: releases all its tasks and returns their number. */
  async releaseAllOf(owner: string): Promise<number> {
    return this.release(await this.leasesOf(owner), owner);
  }

  async release(tasks: readonly QueuedFence[], owner: string): Promise<number> {
    if (tasks.length === 0) return 0;
    return this.released(tasks, await retryTransient({ forMs: SETTLE_RETRY_MS }, () => this.attempts.release(tasks, owner)));
  }

  /** Releases tasks that the owner did not receive. Returns how many; started ones are kept. */
  async releaseUnstarted(tasks: readonly QueuedFence[], owner: string): Promise<number> {
    if (tasks.length === 0) return 0;
    return this.released(tasks, await retryTransient({ forMs: SETTLE_RETRY_MS }, () => this.attempts.releaseUnstarted(tasks, owner)));
  }

  /** Releases tasks that were leased to these owners, are not started and are in none of their heartbeats. `seconds`: left of the lease. */
  async releaseUnclaimed(owners: readonly string[], seconds: number): Promise<void> {
    const unclaimed = await this.engine.query<QueuedFence>(sql.SELECT_UNCLAIMED, [owners, seconds]);
    await this.releaseUnstarted(unclaimed, 'registry');
  }

  private released(tasks: readonly QueuedFence[], released: ReadonlySet<string>): number {
    this.queue.announce(tasks.filter(({ id }) => released.has(id)).map(({ id, queue }) => ({ id, queue })));
    return released.size;
  }

  private announce(changed: readonly TransitionResult[]): void {
    this.queue.announce(changed.filter(({ status }) => status === 'submitted'));
  }

  private reader<Row extends OwnedFence>(statement: string): StatementBatcher<OwnedFence, Row | undefined> {
    return new StatementBatcher({
      run: async (rows) => {
        const found = await this.engine.query<Row>(statement, [JSON.stringify(rows.map(plain))]);
        const byKey = new Map(found.map((row) => [keyOf(row), row]));
        return rows.map((row) => byKey.get(keyOf(row)));
      },
      repeatMs: SETTLE_RETRY_MS,
    });
  }
}

/** With the owner, because two agents may name the same attempt in one statement, and only one of them leases it. */
const keyOf = ({ id, epoch, owner }: OwnedFence): string => `${id}/${epoch}/${owner}`;
const plain = ({ id, epoch, owner }: OwnedFence): OwnedFence => ({ id, epoch, owner });
