import { Injectable } from '@nestjs/common';
import { selectAdmissible } from '../../core/dispatch/select-admissible.ts';
import { type ActiveGroup, type DispatchChoice, chooseGroups, type ReadyGroup, type Strategy } from '../../core/dispatch/choose-groups.ts';
import type { DispatchGroup } from '../../core/dispatch/dispatch-group.ts';
import { type LimitState, type LimitBudget, limitBudgetOf } from '../../core/dispatch/limit-budget.ts';
import type { ClaimedTask, Fence } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ClaimSource, type ClaimRequest } from '../../queue/task-queue.ts';
import * as claims from '../claim.sql.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import { ThrottledQueues } from './throttled-queues.ts';
import * as sql from './dispatch.sql.ts';

/** Signs leases, and asks for `limit` tasks at most. */
export type Claimer = Omit<ClaimRequest, 'queue'>;

export interface AgentClaim extends ClaimRequest {
  readonly capabilities: readonly string[];
}

export interface QuarantineClaim extends Claimer {
  readonly queues: readonly string[];
  /** Leaves tasks alone that crashed more often. */
  readonly maxCrashes: number;
}

interface Ready {
  strategy: Strategy;
  depth: number;
  /** Ranks of the first tasks without a group. */
  ungrouped: number[];
  groups: (DispatchGroup & { group: string; ranks: number[] })[];
  /** There are more groups than these. */
  partial: boolean;
}

type Leased = ClaimedTask & { keys?: readonly string[] };
type QuarantinedTask = Omit<DispatchGroup, 'group'> & { id: string; crashes: number };
/** Undefined: all. */
type Capabilities = ReadonlySet<string> | undefined;
type Statements = { ungrouped: string; grouped: string };

const CLAIM: Statements = { ungrouped: claims.CLAIM_UNGROUPED, grouped: claims.CLAIM_GROUPED };
const ASSIGN: Statements = { ungrouped: claims.ASSIGN_UNGROUPED, grouped: claims.ASSIGN_GROUPED };

/** Rounds of a claim when others took what it had chosen, or when there are more groups than it reads at once. */
const MAX_CLAIM_ROUNDS = 3;

/** Leases tasks: the first ready ones of a queue or, when some are in groups, those that limits and strategy choose. */
@Injectable()
export class TaskClaims extends ClaimSource {
  private readonly engine: SqlExecutor;
  private readonly capabilities: Capabilities;
  /** Queues whose last claim found groups: for these the plain claim is left out. */
  private readonly groupedQueues = new Set<string>();
  /** The group whose turn was the last one, and the last group read when there were more; by queue. */
  private readonly lastGroups = new Map<string, string | null>();
  private readonly scanCursors = new Map<string, string>();
  /** One transaction of this process at a time: waiting for the lock of another, they would only keep connections. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pools: Pools,
    private readonly news: TaskChangeNotifier,
    private readonly throttled: ThrottledQueues,
    { workerCapabilities }: Settings,
  ) {
    super();
    this.engine = executorOf(pools.engine);
    this.capabilities = workerCapabilities.length === 0 ? undefined : new Set(workerCapabilities);
  }

  /** From submitted to running. */
  override async claim({ queue, ...claimer }: ClaimRequest): Promise<ClaimedTask[]> {
    if (!this.groupedQueues.has(queue)) {
      const tasks = await this.lease(this.engine, claims.CLAIM_TASKS, queue, claimer.limit, claimer);
      if (tasks.length > 0 || !(await this.needsGroupedClaim(queue))) return tasks;
    }
    return this.claimFromGroups(CLAIM, queue, claimer, this.capabilities);
  }

  /** How many tasks a claim would find, up to `limit`. */
  async countReady(queue: string, limit: number): Promise<number> {
    return (await this.engine.query<{ count: number }>(claims.COUNT_READY, [queue, limit]))[0]?.count ?? 0;
  }

  /** From submitted to assigned: an agent starts them. */
  assign({ queue, capabilities, ...claimer }: AgentClaim): Promise<ClaimedTask[]> {
    return this.claimFromGroups(ASSIGN, queue, claimer, new Set(capabilities));
  }

  /** From assigned to running. Those that are missing in the answer are no longer the owner's. */
  async start(rows: readonly Fence[], owner: string): Promise<{ id: string; deadlineAt: Date }[]> {
    const fences = rows.map(({ id, epoch }) => ({ id, epoch }));
    return this.news.publish(
      await this.engine.query<{ id: string; deadlineAt: Date }>(claims.START_TASKS, [JSON.stringify(fences), owner]),
    );
  }

  /** How often each of the tasks in quarantine that might start has crashed, least suspect first. */
  async quarantinedCrashCounts(queues: readonly string[], limit: number): Promise<number[]> {
    const { rows, budgets } = await this.readQuarantine(this.engine, queues);
    return selectAdmissible(rows, { wanted: limit, budgets, capabilities: this.capabilities }).map(({ crashes }) => crashes);
  }

  /** The tasks with the fewest crashes first. */
  claimQuarantined({ queues, maxCrashes, ...claimer }: QuarantineClaim): Promise<ClaimedTask[]> {
    return this.claimFromQuarantine(claims.CLAIM_QUARANTINED, queues, claimer, { maxCrashes, capabilities: this.capabilities });
  }

  /** As `assign`, of the tasks in quarantine: an agent that takes one runs nothing beside it. */
  assignQuarantined({ queue, capabilities, ...claimer }: AgentClaim): Promise<ClaimedTask[]> {
    return this.claimFromQuarantine(claims.ASSIGN_QUARANTINED, [queue], claimer, { capabilities: new Set(capabilities) });
  }

  /** Costs a hundredth of the look itself, which an idle queue is spared. */
  private async needsGroupedClaim(queue: string): Promise<boolean> {
    return (await this.engine.query<{ closer: boolean }>(claims.SELECT_NEEDS_GROUPED_CLAIM, [queue]))[0]?.closer === true;
  }

  private async claimFromGroups(how: Statements, queue: string, claimer: Claimer, capabilities: Capabilities): Promise<ClaimedTask[]> {
    const ready = await this.readReadyGroups(this.engine, queue, claimer.limit);
    if (!ready || (ready.ungrouped.length === 0 && ready.groups.length === 0 && !ready.partial)) return [];
    if (ready.groups.length === 0 && !ready.partial) return this.lease(this.engine, how.ungrouped, queue, claimer.limit, claimer);
    return this.withDispatchLock(async (tx) => {
      const claimed: ClaimedTask[] = [];
      for (let view: Ready | undefined = ready, looks = 1; view; looks++) {
        const limit = claimer.limit - claimed.length;
        const { tasks, chosen } = await this.choose(tx, how, queue, view, { ...claimer, limit }, capabilities);
        claimed.push(...tasks);
        const all: boolean = claimed.length === claimer.limit || (tasks.length === chosen && !view.partial);
        view = all || looks === MAX_CLAIM_ROUNDS ? undefined : await this.readReadyGroups(tx, queue, claimer.limit - claimed.length);
      }
      return claimed;
    });
  }

  /** Undefined when the queue is paused. */
  private async readReadyGroups(executor: SqlExecutor, queue: string, wanted: number): Promise<Ready | undefined> {
    const after = this.scanCursors.get(queue) ?? '';
    const [row] = await executor.query<Omit<Ready, 'partial'>>(sql.SELECT_READY_GROUPS, [queue, wanted, after]);
    const last = row?.groups.length === sql.MAX_GROUPS ? row.groups.at(-1)?.group : undefined;
    if (last === undefined) this.scanCursors.delete(queue);
    else this.scanCursors.set(queue, last);
    const partial = last !== undefined || after !== '';
    if (row && (row.groups.length > 0 || partial)) this.groupedQueues.add(queue);
    else this.groupedQueues.delete(queue);
    return row && { ...row, partial };
  }

  private async choose(
    tx: SqlExecutor,
    how: Statements,
    queue: string,
    { strategy, depth, ungrouped, groups }: Ready,
    claimer: Claimer,
    capabilities: Capabilities,
  ): Promise<{ tasks: ClaimedTask[]; chosen: number }> {
    const ready = groups.map((one): ReadyGroup => ({ ...one, hasMore: one.ranks.length === depth }));
    ready.push({ group: null, keys: [], capabilities: [], ranks: ungrouped, hasMore: false });
    const { budgets, active } = await this.readLimits(tx, groups);
    const since = this.throttled.endedCount;
    const choice = chooseGroups({
      strategy,
      ready,
      wanted: claimer.limit,
      budgets,
      active,
      capabilities,
      lastGroup: this.lastGroups.get(queue) ?? null,
    });
    this.lastGroups.set(queue, choice.lastGroup);
    if (choice.throttled) this.throttled.throttle(queue, since, choice.retryInMs);
    else this.throttled.release(queue);
    const tasks = await this.take(tx, how, queue, choice, claimer);
    await this.debitTokens(tx, budgets, tasks);
    return { tasks, chosen: [...choice.take.values()].reduce((sum, count) => sum + count, 0) };
  }

  private async take(tx: SqlExecutor, how: Statements, queue: string, { take }: DispatchChoice, claimer: Claimer): Promise<Leased[]> {
    const rows = [...take].flatMap(([group, count]) => (group === null ? [] : [{ group, take: count }]));
    const ungrouped = take.get(null) ?? 0;
    const tasks = rows.length === 0 ? [] : await this.lease(tx, how.grouped, queue, JSON.stringify(rows), claimer);
    return ungrouped === 0 ? tasks : [...tasks, ...(await this.lease(tx, how.ungrouped, queue, ungrouped, claimer))];
  }

  private async claimFromQuarantine(
    statement: string,
    queues: readonly string[],
    claimer: Claimer,
    { maxCrashes, capabilities }: { maxCrashes?: number; capabilities: Capabilities },
  ): Promise<ClaimedTask[]> {
    const { rows } = await this.readQuarantine(this.engine, queues);
    if (rows.length === 0) return [];
    return this.withDispatchLock(async (tx) => {
      const { rows: suspects, budgets } = await this.readQuarantine(tx, queues);
      const candidates = suspects.filter(({ crashes }) => maxCrashes === undefined || crashes <= maxCrashes);
      const ids = selectAdmissible(candidates, { wanted: claimer.limit, budgets, capabilities }).map(({ id }) => id);
      const tasks = ids.length === 0 ? [] : await this.lease(tx, statement, ids, ids.length, claimer);
      await this.debitTokens(tx, budgets, tasks);
      return tasks;
    });
  }

  private async readQuarantine(
    executor: SqlExecutor,
    queues: readonly string[],
  ): Promise<{ rows: QuarantinedTask[]; budgets: LimitBudget[] }> {
    const rows = await executor.query<QuarantinedTask>(claims.SELECT_QUARANTINED, [queues]);
    const { budgets } = await this.readLimits(executor, rows);
    return { rows, budgets };
  }

  /** The limits of the keys of these groups, and what is leased now. */
  private async readLimits(
    executor: SqlExecutor,
    groups: readonly Pick<DispatchGroup, 'keys'>[],
  ): Promise<{ budgets: LimitBudget[]; active: ActiveGroup[] }> {
    const keys = new Set(groups.flatMap((group) => group.keys));
    if (keys.size === 0) return { budgets: [], active: [] };
    const limits = await executor.query<LimitState>(sql.SELECT_LIMIT_STATES, [[...keys]]);
    const active = await executor.query<ActiveGroup>(sql.SELECT_ACTIVE_GROUPS, []);
    const running = new Map<string, number>();
    for (const group of active) for (const key of group.keys) running.set(key, (running.get(key) ?? 0) + group.count);
    return { budgets: limits.map((limit) => limitBudgetOf(limit, running.get(limit.key) ?? 0)), active };
  }

  /** Takes a token of each of its rates for each task that was really leased. */
  private async debitTokens(tx: SqlExecutor, budgets: readonly LimitBudget[], tasks: readonly Leased[]): Promise<void> {
    const used = new Map<string, number>();
    for (const { keys = [] } of tasks) for (const key of keys) used.set(key, (used.get(key) ?? 0) + 1);
    const rows = budgets.flatMap(({ key, bucketTokens }) => {
      const count = used.get(key) ?? 0;
      return bucketTokens === null || count === 0 ? [] : [{ key, tokens: Math.max(0, bucketTokens - count) }];
    });
    if (rows.length > 0) await tx.query(sql.SET_TOKENS, [JSON.stringify(rows)]);
  }

  private async lease(
    executor: SqlExecutor,
    statement: string,
    from: string | readonly string[],
    what: unknown,
    { owner, leaseSeconds }: Claimer,
  ) {
    return this.news.publish(await executor.query<Leased>(statement, [from, what, owner, leaseSeconds]));
  }

  /** In a transaction that overlaps with no other of its kind: each of its statements sees all that those before it have leased. */
  private withDispatchLock<T>(work: (tx: SqlExecutor) => Promise<T>): Promise<T> {
    const mine = this.turn.then(() =>
      inTransaction(this.pools.engine, async (tx) => {
        await tx.query(sql.LOCK_DISPATCH, []);
        return work(tx);
      }),
    );
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
