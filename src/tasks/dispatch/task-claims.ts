import { Injectable } from '@nestjs/common';
import { admit } from '../../core/dispatch/admit.ts';
import { type Choice, chooseLanes, type ReadyLane, type Strategy } from '../../core/dispatch/choose-lanes.ts';
import { parseLane } from '../../core/dispatch/lane.ts';
import { type LimitState, type Room, roomOf } from '../../core/dispatch/limit.ts';
import type { ClaimedTask, Fence } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import * as claims from '../claim.sql.ts';
import { TaskNews } from '../task-news.ts';
import { HeldQueues } from './held-queues.ts';
import * as sql from './dispatch.sql.ts';

/** Who asks for tasks, and for how many. */
export interface Claimer {
  limit: number;
  owner: string;
  leaseSeconds: number;
}

export interface AgentClaim extends Claimer {
  queue: string;
  capabilities: readonly string[];
}

interface Ready {
  strategy: Strategy;
  depth: number;
  laneless: number[];
  lanes: { lane: string; ranks: number[] }[];
  /** There are more lanes than these. */
  partial: boolean;
}

type Leased = ClaimedTask & { lane?: string | null };
type Suspect = { id: string; lane: string | null; crashes: number };
/** Undefined: all. */
type Capabilities = ReadonlySet<string> | undefined;
type Statements = { laneless: string; inLanes: string };

const CLAIM: Statements = { laneless: claims.CLAIM_LANELESS, inLanes: claims.CLAIM_IN_LANES };
const ASSIGN: Statements = { laneless: claims.ASSIGN_LANELESS, inLanes: claims.ASSIGN_IN_LANES };

/** How often a claim looks when others took what it had chosen, or when there are more lanes than one look sees. */
const LOOKS = 3;

/** Leases tasks: the first ready ones of a queue, or, when some wait in lanes, those that lanes, limits and strategy say. */
@Injectable()
export class TaskClaims {
  private readonly engine: SqlExecutor;
  private readonly capabilities: Capabilities;
  /** Queues whose last claim met lanes: for these the plain claim is left out. */
  private readonly withLanes = new Set<string>();
  /** The lane whose turn was the last one, and the last lane seen when one look did not see all; by queue. */
  private readonly turns = new Map<string, string | null>();
  private readonly seen = new Map<string, string>();
  /** One transaction of this process at a time: waiting for the lock of another, they would only keep connections. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pools: Pools,
    private readonly news: TaskNews,
    private readonly held: HeldQueues,
    { workerCapabilities }: Settings,
  ) {
    this.engine = executorOf(pools.engine);
    this.capabilities = workerCapabilities.length === 0 ? undefined : new Set(workerCapabilities);
  }

  /** From submitted to running. */
  async claim(queue: string, claimer: Claimer): Promise<ClaimedTask[]> {
    if (!this.withLanes.has(queue)) {
      const tasks = await this.lease(this.engine, claims.CLAIM_TASKS, queue, claimer.limit, claimer);
      if (tasks.length > 0 || !(await this.shouldLookCloser(queue))) return tasks;
    }
    return this.fromLanes(CLAIM, queue, claimer, this.capabilities);
  }

  /** From submitted to assigned: an agent starts them. */
  assign({ queue, capabilities, ...claimer }: AgentClaim): Promise<ClaimedTask[]> {
    return this.fromLanes(ASSIGN, queue, claimer, new Set(capabilities));
  }

  /** From assigned to running. Those that are missing in the answer are no longer the owner's. */
  async start(rows: readonly Fence[], owner: string): Promise<{ id: string; deadlineAt: Date }[]> {
    const fences = rows.map(({ id, epoch }) => ({ id, epoch }));
    return this.news.tell(await this.engine.query<{ id: string; deadlineAt: Date }>(claims.START_TASKS, [JSON.stringify(fences), owner]));
  }

  /** How often each of the tasks in quarantine that might start has crashed, least suspect first. */
  async suspects(queues: readonly string[], limit: number): Promise<number[]> {
    const { rows, rooms } = await this.quarantine(this.engine, queues);
    return admit(rows, { wanted: limit, rooms, capabilities: this.capabilities }).map(({ crashes }) => crashes);
  }

  /** Least suspect first. `maxCrashes`: leaves those alone that crashed more often. */
  claimSuspects(queues: readonly string[], claimer: Claimer, maxCrashes: number): Promise<ClaimedTask[]> {
    return this.fromQuarantine(claims.CLAIM_SUSPECTS, queues, claimer, { maxCrashes, capabilities: this.capabilities });
  }

  /** As `assign`, of the tasks in quarantine: an agent that takes one runs nothing beside it. */
  assignSuspects({ queue, capabilities, ...claimer }: AgentClaim): Promise<ClaimedTask[]> {
    return this.fromQuarantine(claims.ASSIGN_SUSPECTS, [queue], claimer, { capabilities: new Set(capabilities) });
  }

  /** Costs a hundredth of the look itself, which an idle queue is spared. */
  private async shouldLookCloser(queue: string): Promise<boolean> {
    return (await this.engine.query<{ closer: boolean }>(claims.SELECT_LOOK_CLOSER, [queue]))[0]?.closer === true;
  }

  private async fromLanes(how: Statements, queue: string, claimer: Claimer, capabilities: Capabilities): Promise<ClaimedTask[]> {
    const ready = await this.look(this.engine, queue, claimer.limit);
    if (!ready || (ready.laneless.length === 0 && ready.lanes.length === 0 && !ready.partial)) return [];
    if (ready.lanes.length === 0 && !ready.partial) return this.lease(this.engine, how.laneless, queue, claimer.limit, claimer);
    return this.inTurn(async (tx) => {
      const claimed: ClaimedTask[] = [];
      for (let view: Ready | undefined = ready, looks = 1; view; looks++) {
        const limit = claimer.limit - claimed.length;
        const { tasks, chosen } = await this.choose(tx, how, queue, view, { ...claimer, limit }, capabilities);
        claimed.push(...tasks);
        const all: boolean = claimed.length === claimer.limit || (tasks.length === chosen && !view.partial);
        view = all || looks === LOOKS ? undefined : await this.look(tx, queue, claimer.limit - claimed.length);
      }
      return claimed;
    });
  }

  /** Undefined when the queue is paused. */
  private async look(executor: SqlExecutor, queue: string, wanted: number): Promise<Ready | undefined> {
    const after = this.seen.get(queue) ?? '';
    const [row] = await executor.query<Omit<Ready, 'partial'>>(sql.SELECT_READY, [queue, wanted, after]);
    const last = row?.lanes.length === sql.LANES_SEEN ? row.lanes.at(-1)?.lane : undefined;
    if (last === undefined) this.seen.delete(queue);
    else this.seen.set(queue, last);
    const partial = last !== undefined || after !== '';
    if (row && (row.lanes.length > 0 || partial)) this.withLanes.add(queue);
    else this.withLanes.delete(queue);
    return row && { ...row, partial };
  }

  private async choose(
    tx: SqlExecutor,
    how: Statements,
    queue: string,
    { strategy, depth, laneless, lanes }: Ready,
    claimer: Claimer,
    capabilities: Capabilities,
  ): Promise<{ tasks: ClaimedTask[]; chosen: number }> {
    const ready = lanes.map(({ lane, ranks }): ReadyLane => ({ lane, ranks, more: ranks.length === depth }));
    ready.push({ lane: null, ranks: laneless, more: false });
    const { rooms, active } = await this.roomsOf(tx, lanes);
    const since = this.held.now;
    const choice = chooseLanes({
      strategy,
      ready,
      wanted: claimer.limit,
      rooms,
      active,
      capabilities,
      last: this.turns.get(queue) ?? null,
    });
    this.turns.set(queue, choice.last);
    if (choice.held) this.held.hold(queue, since, choice.opensMs);
    else this.held.release(queue);
    const tasks = await this.take(tx, how, queue, choice, claimer);
    await this.debit(tx, rooms, tasks);
    return { tasks, chosen: [...choice.take.values()].reduce((sum, count) => sum + count, 0) };
  }

  private async take(tx: SqlExecutor, how: Statements, queue: string, { take }: Choice, claimer: Claimer): Promise<Leased[]> {
    const rows = [...take].flatMap(([lane, count]) => (lane === null ? [] : [{ lane, take: count }]));
    const outside = take.get(null) ?? 0;
    const tasks = rows.length === 0 ? [] : await this.lease(tx, how.inLanes, queue, JSON.stringify(rows), claimer);
    return outside === 0 ? tasks : [...tasks, ...(await this.lease(tx, how.laneless, queue, outside, claimer))];
  }

  private async fromQuarantine(
    statement: string,
    queues: readonly string[],
    claimer: Claimer,
    { maxCrashes, capabilities }: { maxCrashes?: number; capabilities: Capabilities },
  ): Promise<ClaimedTask[]> {
    const { rows } = await this.quarantine(this.engine, queues);
    if (rows.length === 0) return [];
    return this.inTurn(async (tx) => {
      const { rows: suspects, rooms } = await this.quarantine(tx, queues);
      const candidates = suspects.filter(({ crashes }) => maxCrashes === undefined || crashes <= maxCrashes);
      const ids = admit(candidates, { wanted: claimer.limit, rooms, capabilities }).map(({ id }) => id);
      const tasks = ids.length === 0 ? [] : await this.lease(tx, statement, ids, ids.length, claimer);
      await this.debit(tx, rooms, tasks);
      return tasks;
    });
  }

  private async quarantine(executor: SqlExecutor, queues: readonly string[]): Promise<{ rows: Suspect[]; rooms: Room[] }> {
    const rows = await executor.query<Suspect>(claims.SELECT_SUSPECTS, [queues]);
    const { rooms } = await this.roomsOf(executor, rows);
    return { rows, rooms };
  }

  /** Of the limits that these lanes are under. */
  private async roomsOf(
    executor: SqlExecutor,
    lanes: readonly { lane: string | null }[],
  ): Promise<{ rooms: Room[]; active: Map<string, number> }> {
    const keys = new Set(lanes.flatMap(({ lane }) => parseLane(lane).keys));
    if (keys.size === 0) return { rooms: [], active: new Map() };
    const limits = await executor.query<LimitState>(sql.SELECT_LIMIT_STATES, [[...keys]]);
    const rows = await executor.query<{ lane: string; count: number }>(sql.SELECT_ACTIVE_LANES, []);
    const running = new Map<string, number>();
    for (const { lane, count } of rows) for (const key of parseLane(lane).keys) running.set(key, (running.get(key) ?? 0) + count);
    return {
      rooms: limits.map((limit) => roomOf(limit, running.get(limit.key) ?? 0)),
      active: new Map(rows.map((row) => [row.lane, row.count])),
    };
  }

  /** Takes a token of each of its rates for each task that was really leased. */
  private async debit(tx: SqlExecutor, rooms: readonly Room[], tasks: readonly Leased[]): Promise<void> {
    const used = new Map<string, number>();
    for (const { lane = null } of tasks) for (const key of parseLane(lane).keys) used.set(key, (used.get(key) ?? 0) + 1);
    const rows = rooms.flatMap(({ key, tokens }) => {
      const count = used.get(key) ?? 0;
      return tokens === null || count === 0 ? [] : [{ key, tokens: Math.max(0, tokens - count) }];
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
    return this.news.tell(await executor.query<Leased>(statement, [from, what, owner, leaseSeconds]));
  }

  /** In a transaction that overlaps with no other of its kind: each of its statements sees all that those before it have leased. */
  private inTurn<T>(work: (tx: SqlExecutor) => Promise<T>): Promise<T> {
    const mine = this.turn.then(() =>
      inTransaction(this.pools.engine, async (tx) => {
        await tx.query(sql.LOCK_LANES, []);
        return work(tx);
      }),
    );
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
