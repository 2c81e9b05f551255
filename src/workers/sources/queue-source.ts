import type { ClaimedTask } from '../../core/task/task.ts';
import type { ClaimRequest, SlotReservation, TaskQueue } from '../../queue/task-queue.ts';
import type { ThrottledQueues } from '../../engine/dispatch/throttled-queues.ts';
import type { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import type { TaskProcess } from '../isolation/task-process.ts';
import type { TaskProcessPool } from '../isolation/task-process-pool.ts';
import type { ReserveFree, Work, WorkSource } from './work-source.ts';

export interface QueueSourceOptions extends Omit<ClaimRequest, 'limit' | 'names'> {
  readonly taskQueue: TaskQueue;
  readonly definitions: TaskDefinitionRegistry;
  readonly throttled: ThrottledQueues;
  /** Undefined when every task runs in this process. */
  readonly processes: TaskProcessPool | undefined;
}

/** The tasks of one queue that are not quarantined. An isolated task gets a process as soon as one is ready. */
export class QueueSource implements WorkSource {
  constructor(private readonly options: QueueSourceOptions) {}

  async claim(limit: number): Promise<Work[]> {
    const tasks = await this.options.taskQueue.claim(this.request(limit));
    return tasks.map((task) => ({ task, process: this.processFor(task.name) }));
  }

  wait(signal: AbortSignal, reserve: ReserveFree): Promise<void> {
    const { taskQueue, queue, throttled } = this.options;
    return taskQueue.waitForWork(queue, throttled.untilUnblocked(queue, signal), (name, count) => this.reserve(name, count, reserve));
  }

  ended(task: ClaimedTask): void {
    this.options.taskQueue.settled(task);
    this.options.throttled.taskEnded();
  }

  private request(limit: number): ClaimRequest {
    const { definitions, queue, owner, leaseSeconds } = this.options;
    return { queue, limit, names: definitions.namesRunBy('workers'), owner, leaseSeconds };
  }

  /** None for a task that needs a child process first, and for a batch handler, which a claim of many tasks serves better. */
  private reserve(name: string, wanted: number, reserveFree: ReserveFree): SlotReservation | undefined {
    const definition = this.options.definitions.find(name);
    if (definition?.isolation === 'process' || definition?.batch !== undefined) return undefined;
    const slots = reserveFree(wanted);
    return (
      slots && {
        request: this.request(slots.count),
        start: (tasks) => slots.start(tasks.map((task) => ({ task }))),
        fail: (error) => slots.fail(error),
      }
    );
  }

  private processFor(name: string): Promise<TaskProcess> | undefined {
    const { processes, definitions } = this.options;
    if (!processes || definitions.find(name)?.isolation !== 'process') return undefined;
    const taken = processes.takeOne();
    taken.catch(() => undefined); // the runner awaits it too, and settles the task
    return taken;
  }
}
