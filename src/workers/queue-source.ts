import type { ClaimedTask } from '../core/task/task.ts';
import type { TaskQueue } from '../queue/task-queue.ts';
import type { ThrottledQueues } from '../engine/dispatch/throttled-queues.ts';
import type { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import type { TaskProcess } from './isolation/task-process.ts';
import type { TaskProcessPool } from './isolation/task-process-pool.ts';
import type { Work, WorkSource } from './work-source.ts';

/** The tasks of one queue that are not under suspicion. Isolated ones among them get a process as soon as one is ready. */
export class QueueSource implements WorkSource {
  constructor(
    private readonly name: string,
    private readonly owner: string,
    private readonly queue: TaskQueue,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly held: ThrottledQueues,
    private readonly processes: TaskProcessPool | undefined,
  ) {}

  async claim(limit: number): Promise<Work[]> {
    const tasks = await this.queue.claim(this.name, limit, this.owner);
    return tasks.map((task) => ({ task, process: this.processFor(task.name) }));
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.queue.waitForWork(this.name, this.held.untilUnblocked(this.name, signal));
  }

  ended(task: ClaimedTask): void {
    this.queue.settled(task);
    this.held.taskEnded();
  }

  private processFor(name: string): Promise<TaskProcess> | undefined {
    const { processes } = this;
    if (!processes || this.definitions.find(name)?.isolation !== 'process') return undefined;
    const taken = processes.takeOne();
    taken.catch(() => undefined); // whoever runs the task hears of it
    return taken;
  }
}
