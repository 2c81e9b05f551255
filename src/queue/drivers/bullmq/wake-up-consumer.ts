import type { Job, Worker } from 'bullmq';
import type { ClaimedTask } from '../../../core/task/task.ts';
import { timerMs } from '../../../core/time/timer-ms.ts';
import type { WakeUp } from '../../task-queue.ts';
import { MAX_IDS, mirrorPriority, type WakeUpData } from './wake-up-job.ts';

export interface WakeUpConsumerOptions {
  readonly queue: string;
  readonly slots: number;
  readonly pollIntervalMs: number;
  /** Wakes the worker loop of the queue. */
  wake(): void;
  /** Adds jobs with at most `maxIds` ids each for tasks that find no slot here. */
  republish(wakeUps: readonly WakeUp[], maxIds: number): void;
}

/** A job given to the processor. It stays active in Redis until `complete` is called. */
interface FetchedJob {
  /** Tasks that no claim has answered yet. */
  ids: readonly string[];
  readonly priority: number;
  readonly fetchedAt: number;
  /** Running tasks claimed for this job. */
  running: number;
  complete(): void;
}

/** BullMQ's worker fetches one job after the other, up to its concurrency, before it gives the first to its processor. */
const MAX_BURST = 10;
/** Jobs that arrive together share one claim. A claim of 250 tasks costs half of what five of 50 cost. */
const GATHER_MS = 5;
/** How long a job waits for a free slot before other processes may have it. */
const HOLD_MS = 100;

/**
 * Connects the BullMQ worker of one queue with the worker loop. A job waits here for the loop's next claim, which
 * takes as many tasks as the waiting jobs name. The job ends with the last task claimed for it. The claim statement
 * chooses the tasks, so priorities, limits and strategies are the same as with every driver.
 */
export class WakeUpConsumer {
  private worker: Worker<WakeUpData> | undefined;
  private waiting: FetchedJob[] = [];
  /** Jobs that have not ended. */
  private active = 0;
  private readonly jobOfTask = new Map<string, FetchedJob>();
  /** How many more ids waiting jobs may name before fetching pauses. */
  private room: number;
  /** True when the next claim takes ready tasks without a job, because a wake-up may be lost. */
  private sweep = false;
  /** How long the loop has waited with free slots since the last sweep. */
  private idleMs = 0;
  private gatherTimer: NodeJS.Timeout | undefined;
  private holdTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: WakeUpConsumerOptions) {
    this.room = options.slots;
  }

  get queue(): string {
    return this.options.queue;
  }

  use(worker: Worker<WakeUpData>): void {
    this.worker = worker;
    worker.on('drained', () => this.waiting.length > 0 && this.wake());
  }

  /** The processor of the BullMQ worker. */
  process({ data: { ids }, priority }: Pick<Job<WakeUpData>, 'data' | 'priority'>): Promise<void> {
    if (ids.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const complete = () => {
        this.active -= 1;
        resolve();
      };
      this.active += 1;
      this.waiting.push({ ids, priority: mirrorPriority(priority), fetchedAt: performance.now(), running: 0, complete });
      this.holdTimer ??= setTimeout(() => this.handBackLate(), timerMs(HOLD_MS));
      const room = this.room - countIds(this.waiting);
      this.limitFetching(room, ids.length);
      if (room <= 0) this.wake();
      else this.gatherTimer ??= setTimeout(() => this.wake(), timerMs(GATHER_MS));
    });
  }

  async claim(limit: number, claim: (limit: number) => Promise<ClaimedTask[]>): Promise<ClaimedTask[]> {
    const { sweep } = this;
    const jobs = this.waiting;
    const named = countIds(jobs);
    const wanted = sweep ? limit : Math.min(limit, named);
    this.waiting = [];
    this.room = limit;
    if (named - wanted < limit) this.resume();
    if (wanted === 0) return [];
    let tasks: ClaimedTask[] | undefined;
    try {
      tasks = await claim(wanted);
      return tasks;
    } finally {
      // After a failure, and while a backlog without jobs fills every slot, the next claim sweeps too.
      this.sweep = tasks === undefined || (sweep && tasks.length === limit && named === 0);
      if (sweep) this.idleMs = 0;
      this.distribute(jobs, tasks ?? []);
      this.keep(tasks?.length === limit ? jobs.filter(({ ids }) => ids.length > 0) : []);
      for (const job of jobs) if (job.running === 0 && !this.waiting.includes(job)) job.complete();
    }
  }

  /** `wait` resolves without a job after the poll interval, a NOTIFY or a limit with new capacity. */
  async whileWaiting(wait: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const since = performance.now();
    this.resume();
    await wait();
    this.idleMs += performance.now() - since;
    if (signal.aborted || this.waiting.length === 0 || this.idleMs >= this.options.pollIntervalMs) this.sweep = true;
  }

  settled(id: string): void {
    const job = this.jobOfTask.get(id);
    if (!job) return;
    this.jobOfTask.delete(id);
    job.running -= 1;
    if (job.running === 0 && !this.waiting.includes(job)) job.complete();
  }

  /** Stops fetching until the next claim or wait. */
  pause(): void {
    if (this.worker?.isPaused() === false) void this.worker.pause(true);
  }

  /** Redis answers again. Jobs may be lost, so the worker loop sweeps; its claim also resumes the fetching. */
  restart(): void {
    this.sweep = true;
    this.wake();
  }

  /** Ends every job; its waiting tasks are left to other processes. */
  close(): void {
    this.handBack(this.waiting);
    for (const id of this.jobOfTask.keys()) this.settled(id);
  }

  private wake(): void {
    clearTimeout(this.gatherTimer);
    this.gatherTimer = undefined;
    this.options.wake();
  }

  /** Continues fetching while there is capacity, with as many jobs at once as fit when all have as many ids as the last one. */
  private limitFetching(room: number, idsOfLast: number): void {
    if (this.worker) this.worker.concurrency = this.active + Math.min(MAX_BURST, Math.max(1, Math.ceil(room / idsOfLast)));
    if (room <= 0) this.pause();
  }

  private resume(): void {
    if (this.worker && (this.worker.isPaused() || !this.worker.isRunning())) void this.worker.resume();
  }

  /** Assigns each claimed task to the job that names it, or else to one that names more tasks than were claimed for it. */
  private distribute(jobs: readonly FetchedJob[], tasks: readonly ClaimedTask[]): void {
    const claimed = new Set(tasks.map(({ id }) => id));
    for (const job of jobs) {
      const named = job.ids.filter((id) => claimed.delete(id));
      job.ids = job.ids.filter((id) => !named.includes(id));
      for (const id of named) this.attach(id, job);
    }
    const others = [...claimed];
    for (const job of jobs) {
      const ids = others.splice(0, job.ids.length);
      job.ids = job.ids.slice(ids.length);
      for (const id of ids) this.attach(id, job);
    }
  }

  private attach(id: string, job: FetchedJob): void {
    this.settled(id); // an attempt that lost its lease may still run here
    this.jobOfTask.set(id, job);
    job.running += 1;
  }

  /** All slots are used: the jobs wait for the next free one. */
  private keep(jobs: readonly FetchedJob[]): void {
    this.waiting = [...jobs, ...this.waiting];
  }

  private handBackLate(): void {
    this.holdTimer = undefined;
    const now = performance.now();
    this.handBack(this.waiting.filter(({ fetchedAt }) => now - fetchedAt >= HOLD_MS));
    const [next] = this.waiting;
    if (next) this.holdTimer = setTimeout(() => this.handBackLate(), timerMs(next.fetchedAt + HOLD_MS - now));
  }

  private handBack(jobs: readonly FetchedJob[]): void {
    if (jobs.length === 0) return;
    this.pause();
    const { queue, slots } = this.options;
    this.waiting = this.waiting.filter((job) => !jobs.includes(job));
    this.options.republish(
      jobs.flatMap(({ ids, priority }) => ids.map((id) => ({ id, queue, priority }))),
      Math.min(slots, MAX_IDS),
    );
    for (const job of jobs) if (job.running === 0) job.complete();
  }
}

function countIds(jobs: readonly FetchedJob[]): number {
  return jobs.reduce((sum, { ids }) => sum + ids.length, 0);
}
