import { Injectable } from '@nestjs/common';
import { chooseGroups, type DispatchChoice, type ReadyGroup } from '../../core/dispatch/choose-groups.ts';
import { isCapable } from '../../core/dispatch/dispatch-group.ts';
import type { ClaimedTask, Fence } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { type ClaimRequest, ClaimSource, type RankedTask } from '../../queue/task-queue.ts';
import * as sql from '../claim.sql.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import { traceClaim } from './trace-claim.ts';
import { TaskMetrics } from '../task-metrics.ts';
import { type LedgerState, LimitLedger, stateOf } from './limit-ledger.ts';
import { type ReadyGroups, ReadyGroupsReader } from './ready-groups-reader.ts';
import { ThrottledQueues } from './throttled-queues.ts';
import { type UngroupedClaim, UngroupedClaims } from './ungrouped-claims.ts';

export interface AgentClaim extends ClaimRequest {
  readonly capabilities: readonly string[];
}

/** Undefined means all. */
export type Capabilities = ReadonlySet<string> | undefined;
export type LeasedTask = ClaimedTask & { keys: readonly string[] };

/** What one round of a claim chooses from, and for whom. */
interface Round {
  readonly statement: string;
  readonly request: ClaimRequest;
  readonly capabilities: Capabilities;
  readonly ready: ReadyGroups;
  /** The round before lost chosen tasks to other claims. */
  readonly contended: boolean;
  /** Ends of tasks before the groups were read. */
  readonly endedCount: number;
}

/** Rounds of a claim when other claimers took the chosen tasks, or when there are more groups than it reads at once. */
const MAX_CLAIM_ROUNDS = 3;

/** Leases tasks: the first ready ones of a queue or, when some are in groups, those that limits and strategy choose. */
@Injectable()
export class TaskClaims extends ClaimSource {
  private readonly engine: SqlExecutor;
  private readonly capabilities: Capabilities;
  /** Queues whose last claim found groups; the plain claim is skipped for them. */
  private readonly groupedQueues = new Set<string>();
  private readonly ungrouped: UngroupedClaims;
  /** By queue: the group whose turn was the last one. */
  private readonly lastGroups = new Map<string, string | null>();

  constructor(
    pools: Pools,
    private readonly changes: TaskChangeNotifier,
    private readonly groups: ReadyGroupsReader,
    private readonly ledger: LimitLedger,
    private readonly throttled: ThrottledQueues,
    private readonly metrics: TaskMetrics,
    { workerCapabilities, queueDriverInUse }: Settings,
  ) {
    super();
    this.engine = executorOf(pools.engine);
    this.ungrouped = new UngroupedClaims(this.engine, queueDriverInUse === 'postgres');
    this.capabilities = workerCapabilities.length === 0 ? undefined : new Set(workerCapabilities);
  }

  /** From submitted to running. */
  override async claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    const startedAt = performance.now();
    return this.recorded(await this.claimAny(request), request, startedAt);
  }

  private async claimAny(request: ClaimRequest): Promise<ClaimedTask[]> {
    const { queue, names } = request;
    if (!this.groupedQueues.has(queue)) {
      const { tasks, isFullScan, isSingleName } = await this.claimUngrouped(request);
      if (tasks.length > 0) return tasks;
      const { hasUngrouped, hasGroups } = await this.groups.readyKinds(queue, names, isFullScan);
      if (!hasGroups) {
        if (!isSingleName || !hasUngrouped) return [];
        this.ungrouped.forgetName(queue);
        return (await this.claimUngrouped(request)).tasks;
      }
    }
    return this.claimFromGroups(sql.CLAIM_CHOSEN, request, this.capabilities);
  }

  override firstReady({ queue, limit, names }: Pick<ClaimRequest, 'queue' | 'limit' | 'names'>): Promise<RankedTask[]> {
    return this.engine.query<RankedTask>(sql.SELECT_FIRST_READY, [queue, limit, names]);
  }

  /** Dead rows make full scans of the queue slow. */
  isSlow(queue: string): boolean {
    return this.ungrouped.isSlow(queue);
  }

  /** How many tasks of these names are ready, up to `limit`. */
  async countReady(queue: string, limit: number, names: readonly string[]): Promise<number> {
    return (await this.engine.query<{ count: number }>(sql.COUNT_READY, [queue, limit, names]))[0]?.count ?? 0;
  }

  /** From submitted to assigned: an agent starts them. */
  async assign({ capabilities, ...request }: AgentClaim): Promise<ClaimedTask[]> {
    const startedAt = performance.now();
    return this.recorded(await this.claimFromGroups(sql.ASSIGN_CHOSEN, request, new Set(capabilities)), request, startedAt);
  }

  /** From assigned to running. A task that is missing in the answer is no longer the owner's. */
  async start(rows: readonly Fence[], owner: string): Promise<{ id: string; deadlineAt: Date }[]> {
    const fences = rows.map(({ id, epoch }) => ({ id, epoch }));
    return this.leased(this.engine.query<{ id: string; deadlineAt: Date }>(sql.START_TASKS, [JSON.stringify(fences), owner]));
  }

  /** Counts, traces and publishes the tasks of a claim whose statement another service ran. */
  recordClaim(tasks: ClaimedTask[], request: ClaimRequest, startedAt: number): void {
    this.recorded(this.changes.publish(tasks), request, startedAt);
  }

  private recorded(tasks: ClaimedTask[], request: ClaimRequest, startedAt: number): ClaimedTask[] {
    this.metrics.claimed(tasks);
    traceClaim(tasks, request, startedAt);
    return tasks;
  }

  private async claimUngrouped(request: ClaimRequest): Promise<UngroupedClaim> {
    if (request.ids)
      return { tasks: await this.leased(this.ungrouped.claimListed(request, request.ids)), isFullScan: true, isSingleName: false };
    const claim = await this.ungrouped.claim(request);
    this.changes.publish(claim.tasks);
    return claim;
  }

  private async claimFromGroups(statement: string, request: ClaimRequest, capabilities: Capabilities): Promise<ClaimedTask[]> {
    const { queue, names } = request;
    this.throttled.release(queue);
    const claimed: ClaimedTask[] = [];
    for (let round = 0; round < MAX_CLAIM_ROUNDS && claimed.length < request.limit; round++) {
      const limit = request.limit - claimed.length;
      const { endedCount } = this.throttled;
      const ready = await this.groups.read(queue, limit, names);
      this.rememberGrouped(queue, ready);
      if (ready.groups.length === 0 && !ready.partial) break;
      const { tasks, chosen } = await this.claimRound({
        statement,
        request: { ...request, limit },
        capabilities,
        ready,
        contended: round > 0,
        endedCount,
      });
      claimed.push(...tasks);
      if (tasks.length === chosen && !ready.partial) break;
    }
    return claimed;
  }

  private rememberGrouped(queue: string, { groups, partial }: ReadyGroups): void {
    if (partial || groups.some(({ group }) => group !== null)) this.groupedQueues.add(queue);
    else this.groupedQueues.delete(queue);
  }

  /** A choice without a limited key is leased at once. Another is made again under the locks of the limited keys in it, and of no others. */
  private async claimRound(round: Round): Promise<{ tasks: ClaimedTask[]; chosen: number }> {
    const { groups, limits, active, strategy } = round.ready;
    const choice = this.choose(round, groups, stateOf(limits, active));
    const chosen = [...choice.take.values()].reduce((sum, count) => sum + count, 0);
    const candidates = [...choice.take.keys()];
    const keys = limits.map(({ key }) => key).filter((key) => candidates.some((group) => group.keys.includes(key)));
    if (keys.length === 0) return { tasks: await this.take(this.engine, round, choice), chosen };
    return this.ledger.whileLocked(keys, async (tx) => {
      const locked = await this.ledger.read(keys, strategy === 'fair', tx);
      const tasks = await this.take(tx, round, this.choose(round, candidates, locked));
      await this.ledger.debit(tx, locked.budgets, tasks);
      return { tasks, chosen };
    });
  }

  private choose(round: Round, groups: readonly ReadyGroup[], { budgets, active }: LedgerState): DispatchChoice {
    const { request, capabilities, ready, endedCount } = round;
    const { queue, limit: wanted } = request;
    const lastGroup = this.lastGroups.get(queue) ?? null;
    const choice = chooseGroups({ strategy: ready.strategy, ready: groups, wanted, budgets, active, capabilities, lastGroup });
    if (choice.throttled) this.throttled.throttle(queue, endedCount, choice.retryInMs);
    return choice;
  }

  private async take(executor: SqlExecutor, round: Round, { take, lastGroup }: DispatchChoice): Promise<LeasedTask[]> {
    const { queue, owner, leaseSeconds } = round.request;
    this.lastGroups.set(queue, lastGroup);
    const chosen = [...take].map(([{ name, group }, count]) => ({ name, group, take: count }));
    const spare = round.contended ? this.spareGroups(round, take) : [];
    if (chosen.length + spare.length === 0) return [];
    const limit = round.contended ? round.request.limit : chosen.reduce((sum, one) => sum + one.take, 0);
    return this.leased(
      executor.query<LeasedTask>(round.statement, [queue, JSON.stringify([...chosen, ...spare]), owner, leaseSeconds, limit]),
    );
  }

  /** Groups without a limit that were not chosen: they make up for chosen tasks that other claims hold. */
  private spareGroups({ ready, capabilities, request }: Round, take: DispatchChoice['take']) {
    const limited = new Set(ready.limits.map(({ key }) => key));
    return ready.groups
      .filter((group) => !take.has(group) && isCapable(capabilities, group) && !group.keys.some((key) => limited.has(key)))
      .map(({ name, group }) => ({ name, group, take: request.limit }));
  }

  private async leased<Row extends { id: string }>(rows: Promise<Row[]>): Promise<Row[]> {
    return this.changes.publish(await rows);
  }
}
