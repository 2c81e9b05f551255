import type { ClaimedTask } from '../../core/task/task.ts';
import { QUARANTINE } from '../../engine/quarantine.ts';
import type { TaskQueue } from '../../queue/task-queue.ts';
import type { ThrottledQueues } from '../../engine/dispatch/throttled-queues.ts';
import type { TaskRepository } from '../../engine/task.repository.ts';
import type { Work, WorkSource } from '../work-source.ts';
import type { TakeOptions, TaskProcessPool } from './task-process-pool.ts';

/** Of the three crashes a task has: before the third it gets a process in which nobody else has run. */
const LAST_CHANCE = 2;
const ANY = 32_767;

export interface IsolationOptions {
  queue: TaskQueue;
  repository: TaskRepository;
  held: ThrottledQueues;
  processes: TaskProcessPool;
  /** Who signs the leases. */
  owner: string;
  leaseSeconds: number;
}

/** Work for processes of its own. A task is claimed when its process is ready: the start is not taken off its time. */
abstract class ChildProcessSource implements WorkSource {
  constructor(
    private readonly news: string,
    protected readonly options: IsolationOptions,
  ) {}

  abstract claim(limit: number): Promise<Work[]>;

  /** Besides news, a process that has become ready ends the wait: there may be more work than there were processes. */
  async wait(signal: AbortSignal): Promise<void> {
    const changed = new AbortController();
    const off = this.options.processes.onChange(() => changed.abort());
    const { queue, held } = this.options;
    await queue.waitForWork(this.news, AbortSignal.any([held.untilUnblocked(this.news, signal), changed.signal]));
    off();
  }

  ended(_task: ClaimedTask): void {
    this.options.held.taskEnded();
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
    const { queue, repository, owner } = this.options;
    const ready = await repository.countReady(this.name, limit);
    return ready === 0 ? [] : this.claimFor(ready, {}, (count) => queue.claim(this.name, count, owner));
  }

  override ended(task: ClaimedTask): void {
    this.options.queue.settled(task);
    super.ended(task);
  }
}

/** Tasks in quarantine, least suspect first, for a process that cannot start others: it runs them one after the other. */
export class InProcessQuarantineSource implements WorkSource {
  constructor(
    private readonly queues: readonly string[],
    private readonly options: Omit<IsolationOptions, 'processes'>,
  ) {}

  async claim(limit: number): Promise<Work[]> {
    const { repository, owner, leaseSeconds } = this.options;
    const tasks = await repository.claimQuarantined(this.queues, limit, owner, leaseSeconds, ANY);
    return tasks.map((task) => ({ task }));
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.options.queue.waitForWork(QUARANTINE, signal);
  }

  ended(): void {
    this.options.held.taskEnded();
  }
}

/** Tasks in quarantine, least suspect first. */
export class QuarantineSource extends ChildProcessSource {
  constructor(
    private readonly queues: readonly string[],
    options: IsolationOptions,
  ) {
    super(QUARANTINE, options);
  }

  override async claim(limit: number): Promise<Work[]> {
    const { repository, owner, leaseSeconds } = this.options;
    const crashes = await repository.quarantinedCrashCounts(this.queues, limit);
    const fresh = (crashes[0] ?? 0) >= LAST_CHANCE;
    const maxCrashes = fresh ? ANY : LAST_CHANCE - 1;
    if (crashes.length === 0) return [];
    return this.claimFor(crashes.length, { fresh }, (count) =>
      repository.claimQuarantined(this.queues, count, owner, leaseSeconds, maxCrashes),
    );
  }
}
