import { Injectable } from '@nestjs/common';
import type { TaskRow } from '../../core/task/task.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { closest } from '../../core/text/closest.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import type { Submitted } from '../../engine/task-store.ts';
import type { SubmitRequest } from '../service/new-task.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { TaskService } from '../service/task.service.ts';
import { LocalWorkers, type LocalWorkerStatus } from './local-workers.ts';
import { QueueStore, type QueueRow } from '../../engine/queues/queue-store.ts';

export type AddOptions = Partial<Omit<SubmitRequest, 'name' | 'params'>>;
export type QueueState = QueueRow & { readonly here: LocalWorkerStatus | null };

/** Tasks announced at a resume: a worker that wakes claims further tasks without an announcement. */
const MAX_ANNOUNCED = 500;
const NO_TASKS = {
  pausedAt: null,
  pausedBy: null,
  strategy: 'priority',
  pending: 0,
  submitted: 0,
  running: 0,
  withoutHandler: 0,
  oldestWaitingMs: null,
};

/** Adds tasks to queues, lists and pauses queues, and controls single tasks of them. */
@Injectable()
export class QueueService {
  constructor(
    private readonly tasks: TaskService,
    private readonly access: TaskAccessService,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly repository: QueueStore,
    private readonly queue: TaskQueue,
    private readonly workers: LocalWorkers,
    private readonly logger: Logger,
  ) {}

  /** Submits a task to the queue of its definition. The task is stored when the promise resolves. */
  add(name: string, params?: unknown, options: AddOptions = {}): Promise<Submitted> {
    return this.tasks.submit(toRequest(name, params, options));
  }

  /** As `add`. The task starts in `delayMs` at the earliest, by the clock of the database. */
  async addDelayed(name: string, params: unknown, delayMs: number, options: AddOptions = {}): Promise<Submitted> {
    return this.add(name, params, { ...options, runAt: await this.repository.later(delayMs) });
  }

  /** Submits many tasks of one name, in statements of 500, each all or none. Answers in order. */
  addBatch(name: string, params: readonly unknown[], options: AddOptions = {}): Promise<Submitted[]> {
    return this.tasks.submitMany(params.map((one) => toRequest(name, one, options)));
  }

  /** The queues of the definitions, of local slots and of tasks that are not final, by name. */
  async list(): Promise<QueueState[]> {
    const rows = new Map((await this.repository.all()).map((row) => [row.name, row]));
    const here = new Map(this.workers.all().map((worker) => [worker.queue, worker]));
    const names = new Set([...rows.keys(), ...here.keys(), ...this.definitions.all().map((definition) => definition.queue)]);
    return [...names].sort().map((name) => ({ ...(rows.get(name) ?? { name, ...NO_TASKS }), here: here.get(name) ?? null }));
  }

  /** @throws {ProblemError} 404 that suggests the nearest name. */
  async get(name: string): Promise<QueueState> {
    const all = await this.list();
    const found = all.find((queue) => queue.name === name);
    if (found) return found;
    const names = all.map((queue) => queue.name);
    const near = closest(name, names);
    const title = `There is no queue "${name.slice(0, 100)}".`;
    const hint = near ? `Did you mean "${near}"?` : `Known: ${names.join(', ')}.`;
    throw ProblemError.notFound('unknown_queue', title, { detail: `${title} ${hint}` });
  }

  /** No process claims from the queue any more; running tasks continue. The first actor who paused it stays recorded. */
  async pause(name: string, actor: string): Promise<QueueState> {
    await this.get(name);
    if (await this.repository.pause(name, actor)) this.logger.info({ queue: name, actor }, 'queue paused');
    return this.get(name);
  }

  /** Wakes the workers of every process. */
  async resume(name: string, actor: string): Promise<QueueState> {
    await this.get(name);
    if (await this.repository.resume(name)) {
      this.logger.info({ queue: name, actor }, 'queue resumed');
      const ready = await this.repository.ready(name, MAX_ANNOUNCED);
      this.queue.announce(ready.map((task) => ({ ...task, queue: name })));
    }
    return this.get(name);
  }

  /** @throws {ProblemError} 404 also for a task of another queue. */
  async task(name: string, id: string, principal: Principal): Promise<TaskRow> {
    const task = await this.access.get(id, principal);
    if (task.queue === name) return task;
    const title = `The queue "${name.slice(0, 100)}" has no execution "${id}".`;
    throw ProblemError.notFound('execution_not_found', title, { detail: `It is in the queue "${task.queue}".` });
  }

  /** Cancels a task, unless it has ended. Answers with its state. */
  async remove(name: string, id: string, principal: Principal): Promise<TaskRow> {
    await this.task(name, id, principal);
    await this.access.cancelByIds([id], principal);
    return this.task(name, id, principal);
  }

  /** @throws {ProblemError} 409 unless it ended without success. */
  async retry(name: string, id: string, principal: Principal): Promise<TaskRow> {
    await this.task(name, id, principal);
    return this.access.retry(id, {}, principal);
  }
}

function toRequest(name: string, params: unknown, options: AddOptions): SubmitRequest {
  return { createdBy: 'system', trigger: 'task', ...options, name, params };
}
