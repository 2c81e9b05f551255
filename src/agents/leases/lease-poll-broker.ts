import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { chooseAgent, type WaitingAgent } from '../../core/dispatch/agent-choice.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog, type FailureReporter } from '../../platform/database/failure-log.ts';
import { isTransient } from '../../platform/database/transient.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import type { AgentRow } from '../agent.repository.ts';
import { AgentLeases, type LeaseRequest } from './agent-leases.ts';

export interface LeaseOptions {
  readonly max: number;
  readonly waitMs: number;
}

/** A request that waits for tasks. */
interface Poll {
  readonly agent: Pick<AgentRow, 'id' | 'owner' | 'capabilities' | 'maxConcurrency'>;
  readonly max: number;
  /** Its timeout has passed. It is answered after the running round. */
  late: boolean;
  /** Its client has disconnected. */
  gone: boolean;
  granting: boolean;
  answer(tasks: ClaimedTask[]): void;
}

/** How long a grant may continue after the timeout of its poll. Later tasks are released. */
const GRANT_MS = 5_000;
/** How long a request with waitMs 0 may wait for the look itself. */
const LOOK_MS = 1_000;

/** Turns of the event loop between grant and answer, in which a closed connection is noticed. */
const TURNS = 2;

type Candidate = WaitingAgent & { readonly poll: Poll };

/** Distributes tasks between the long polls of this process. */
@Injectable()
export class LeasePollBroker implements OnModuleDestroy {
  private readonly polls = new Set<Poll>();
  private readonly servedAt = new Map<string, number>();
  private readonly watched = new Set<string>();
  private readonly closing = new AbortController();
  private readonly loop: Loop;
  private readonly onLostAnswer: FailureReporter;

  constructor(
    private readonly leases: AgentLeases,
    private readonly queue: TaskQueue,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly draining: Draining,
    settings: Settings,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const name = 'agent-leases';
    const onError = failures.of(name);
    this.onLostAnswer = failures.of('agent-lost-answers');
    this.loop = loops.create({ name, intervalMs: settings.pollIntervalMs, jitter: 0.1, run: () => this.round(), onError });
    draining.onBegin(() => this.dismissAll());
  }

  /** Returns tasks as soon as there are any, and none at the timeout. `gone` aborts when the client has disconnected. */
  async lease(agent: Poll['agent'], { max, waitMs }: LeaseOptions, gone: AbortSignal): Promise<ClaimedTask[]> {
    if (this.draining.active || this.closing.signal.aborted)
      throw ProblemError.unavailable('draining', 'This process is shutting down.', { retryAfter: 1 });
    const { promise, resolve } = Promise.withResolvers<ClaimedTask[]>();
    const poll: Poll = { agent, max, late: waitMs === 0, gone: false, granting: false, answer: resolve };
    const timer = setTimeout(() => this.dismiss(poll), timerMs(waitMs || LOOK_MS));
    const overdue = setTimeout(() => this.finish(poll, []), timerMs((waitMs || LOOK_MS) + GRANT_MS));
    const leave = () => {
      poll.gone = true;
      this.dismiss(poll);
    };
    gone.addEventListener('abort', leave);
    this.polls.add(poll);
    if (gone.aborted) leave();
    this.watch();
    this.loop.start();
    this.loop.wake();
    const tasks = await promise;
    clearTimeout(timer);
    clearTimeout(overdue);
    if (tasks.length > 0) for (let i = 0; i < TURNS; i++) await turn();
    gone.removeEventListener('abort', leave);
    if (!poll.gone) return tasks;
    await this.leases.release(tasks, agent.owner);
    return [];
  }

  /**
   * The agent cannot have read the answer of `lease`, so its tasks are released. A task that it has started anyway
   * keeps running.
   */
  async answerLost(tasks: readonly ClaimedTask[], { owner }: Poll['agent']): Promise<void> {
    try {
      await this.leases.release(tasks, owner);
    } catch (error) {
      this.onLostAnswer(error, 1); // the heartbeats of the agent find them
    }
  }

  /** The number of waiting requests in this process. */
  get waiting(): number {
    return this.polls.size;
  }

  async onModuleDestroy(): Promise<void> {
    this.closing.abort();
    this.dismissAll();
    await this.loop.stop();
  }

  private dismissAll(): void {
    for (const poll of this.polls) this.dismiss(poll);
  }

  private dismiss(poll: Poll): void {
    poll.late = true;
    if (!poll.granting) this.finish(poll, []);
  }

  private finish(poll: Poll, tasks: ClaimedTask[]): void {
    this.polls.delete(poll);
    poll.answer(tasks);
  }

  private async round(): Promise<void> {
    const present = [...this.polls];
    if (present.length === 0) return;
    try {
      for (const queue of this.agentQueues()) await this.serve(queue);
    } finally {
      for (const poll of present) if (poll.late && this.polls.has(poll)) this.finish(poll, []);
    }
  }

  /** Leases the ready tasks of one queue. */
  private async serve(queue: string): Promise<void> {
    const fitting = [...this.polls].filter(({ agent }) => this.queuesOf(agent.capabilities).has(queue));
    if (fitting.length === 0) return;
    const { strategy, leaseCounts, hasQuarantined } = await this.leases.snapshot(queue, fitting);
    let candidates = fitting.map((poll): Candidate => {
      const { id, owner, capabilities, maxConcurrency } = poll.agent;
      return { poll, id, capabilities, maxConcurrency, running: leaseCounts.get(owner) ?? 0, servedAt: this.servedAt.get(id) ?? -Infinity };
    });
    // While a quarantined task is waiting, the agent with the fewest leases gets no other tasks until it is idle.
    const cleared = chooseAgent(
      'least_loaded',
      candidates.filter(({ capabilities }) => hasQuarantined(capabilities)),
    );
    const empty = new Set<string>();
    for (let next = chooseAgent(strategy, candidates); next; next = chooseAgent(strategy, candidates)) {
      const { poll, capabilities } = next;
      const kind = next === cleared ? 'quarantined' : 'ordinary';
      const max = candidates.length > 1 ? 1 : poll.max;
      candidates = candidates.filter((candidate) => candidate.poll !== poll);
      const alike = `${kind} ${capabilities.join()}`;
      if (this.polls.has(poll) && !empty.has(alike) && (await this.grant(poll, { queue, max, kind })) === 'none there') empty.add(alike);
    }
  }

  private async grant(poll: Poll, request: Pick<LeaseRequest, 'queue' | 'max' | 'kind'>): Promise<'granted' | 'not now' | 'none there'> {
    const { id, owner } = poll.agent;
    poll.granting = true;
    try {
      const tasks = await this.leases.grant({ id, owner, ...request });
      if (tasks === undefined) return 'not now';
      if (tasks.length === 0) return 'none there';
      if (!this.polls.has(poll)) await this.leases.release(tasks, owner);
      this.servedAt.set(id, performance.now());
      this.finish(poll, tasks);
      return 'granted';
    } catch (error) {
      if (!isTransient(error)) throw error;
      return 'not now'; // the next rounds try again
    } finally {
      poll.granting = false;
    }
  }

  private agentQueues(): Set<string> {
    return new Set(this.definitions.all().flatMap(({ runBy, queue }) => (runBy === 'agents' ? [queue] : [])));
  }

  /** Queues with tasks that an agent with these capabilities can run. */
  private queuesOf(capabilities: readonly string[]): Set<string> {
    const able = new Set(capabilities);
    const fitting = this.definitions.all().filter((one) => one.runBy === 'agents' && one.capabilities.every((word) => able.has(word)));
    return new Set(fitting.map(({ queue }) => queue));
  }

  /** A notification about a queue wakes the loop. */
  private watch(): void {
    for (const queue of this.agentQueues()) {
      if (this.watched.has(queue)) continue;
      this.watched.add(queue);
      void this.follow(queue);
    }
  }

  private async follow(queue: string): Promise<void> {
    while (!this.closing.signal.aborted) {
      await this.queue.waitForWork(queue, this.closing.signal);
      if (this.polls.size > 0) this.loop.wake();
    }
  }
}
