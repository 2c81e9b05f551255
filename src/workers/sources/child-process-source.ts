import type { ClaimedTask } from '../../core/task/task.ts';
import { QUARANTINE } from '../../engine/quarantine.ts';
import type { TaskQueue } from '../../queue/task-queue.ts';
import type { ThrottledQueues } from '../../engine/dispatch/throttled-queues.ts';
import type { QuarantineClaims } from '../../engine/dispatch/quarantine-claims.ts';
import type { TaskClaims } from '../../engine/dispatch/task-claims.ts';
import type { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import type { Work, WorkSource } from './work-source.ts';
import type { TakeOptions, TaskProcessPool } from '../isolation/task-process-pool.ts';

/** The third crash fails a task, so its third attempt gets a fresh process. */
const LAST_CHANCE = 2;
const ANY = 32_767;

export interface IsolationOptions {
  taskQueue: TaskQueue;
  claims: TaskClaims;
  quarantine: QuarantineClaims;
  definitions: TaskDefinitionRegistry;
  throttled: ThrottledQueues;
  processes: TaskProcessPool;
  /** The lease owner. */
  owner: string;
  leaseSeconds: number;
}

/**
 * Tasks that run in child processes. A task is claimed when its process is ready, so that the start does not count
 * towards its time limit.
 */
abstract class ChildProcessSource implements WorkSource {
  constructor(
    /** The name of its wake-ups. */
    private readonly wakeUps: string,
    protected readonly options: IsolationOptions,
  ) {}

  abstract claim(limit: number): Promise<Work[]>;

  /** A process that becomes ready ends the wait too: there may be more work than there were processes. */
  async wait(signal: AbortSignal): Promise<void> {
    const changed = new AbortController();
    const off = this.options.processes.onChange(() => changed.abort());
    const { taskQueue, throttled } = this.options;
    await taskQueue.waitForWork(this.wakeUps, AbortSignal.any([throttled.untilUnblocked(this.wakeUps, signal), changed.signal]));
    off();
  }

  ended(_task: ClaimedTask): void {
    this.options.throttled.taskEnded();
  }

  protected async claimFor(wanted: number, options: TakeOptions, claim: (limit: number) => Promise<ClaimedTask[]>): Promise<Work[]> {
    const { processes } = this.options;
    const taken = await processes.take(wanted, options);
    let tasks: ClaimedTask[] = [];
    try {
      if (taken.length > 0) tasks = await claim(taken.length);
      return taken.flatMap((process, i) => ((task) => (task ? [{ task, process: Promise.resolve(process) }] : []))(tasks[i]));
    } finally {
      for (const process of taken.slice(tasks.length)) process.free();
    }
  }
}

/** The queue of isolated tasks. */
export class IsolatedSource extends ChildProcessSource {
  constructor(
    private readonly name: string,
    options: IsolationOptions,
  ) {
    super(name, options);
  }

  override async claim(limit: number): Promise<Work[]> {
    const { taskQueue, claims, definitions, owner, leaseSeconds } = this.options;
    const request = { queue: this.name, names: definitions.namesRunBy('workers'), owner, leaseSeconds };
    const ready = await claims.countReady(request.queue, limit, request.names);
    return ready === 0 ? [] : this.claimFor(ready, {}, (count) => taskQueue.claim({ ...request, limit: count }));
  }

  override ended(task: ClaimedTask): void {
    this.options.taskQueue.settled(task);
    super.ended(task);
  }
}

/**
 * Quarantined tasks, those with the fewest crashes first, for a process that cannot start child processes: it runs one
 * at a time.
 */
export class InProcessQuarantineSource implements WorkSource {
  constructor(
    private readonly queues: readonly string[],
    private readonly options: Omit<IsolationOptions, 'processes' | 'claims'>,
  ) {}

  async claim(limit: number): Promise<Work[]> {
    const { quarantine, definitions, owner, leaseSeconds } = this.options;
    const names = definitions.namesRunBy('workers');
    const tasks = await quarantine.claim({ queues: this.queues, limit, names, owner, leaseSeconds, maxCrashes: ANY });
    return tasks.map((task) => ({ task }));
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.options.taskQueue.waitForWork(QUARANTINE, signal);
  }

  ended(): void {
    this.options.throttled.taskEnded();
  }
}

/** Quarantined tasks, those with the fewest crashes first. */
export class QuarantineSource extends ChildProcessSource {
  constructor(
    private readonly queues: readonly string[],
    options: IsolationOptions,
  ) {
    super(QUARANTINE, options);
  }

  override async claim(limit: number): Promise<Work[]> {
    const { quarantine, definitions, owner, leaseSeconds } = this.options;
    const request = { queues: this.queues, names: definitions.namesRunBy('workers'), owner, leaseSeconds };
    const crashes = await quarantine.crashCounts(request.queues, limit, request.names);
    const fresh = (crashes[0] ?? 0) >= LAST_CHANCE;
    const maxCrashes = fresh ? ANY : LAST_CHANCE - 1;
    if (crashes.length === 0) return [];
    return this.claimFor(crashes.length, { fresh }, (count) => quarantine.claim({ ...request, limit: count, maxCrashes }));
  }
}
