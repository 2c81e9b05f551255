import { type DiscoverableDecorator, DiscoveryService } from '@nestjs/core';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EntityManager } from 'typeorm';
import type { Backoff } from '../../core/task/retry-policy.ts';
import type { Permission } from '../../platform/auth/permissions.ts';
import type { ProblemDetail } from '../../platform/http/problem.ts';
import type { TaskContext } from './task-context.ts';
import type { Rate } from '../../engine/dispatch/limit-store.ts';

export type ParamsClass = new () => object;

export interface TaskHandlerOptions {
  name: string;
  description?: string;
  /** class-validator DTO; without one a task takes any JSON object. */
  params?: ParamsClass;
  /** `agents`: programs lease it over HTTP, and the class needs no handle(). Its queue is `agents` or begins with `agents-`. */
  runBy?: 'workers' | 'agents';
  /** The queue whose worker slots run it; by default `default`, `isolated` for isolated tasks, `agents` for tasks of agents. */
  queue?: string;
  /** Capabilities that a worker or agent needs to run it. */
  capabilities?: readonly string[];
  /**
   * The concurrency key of a task: GET /limits lists how many tasks of a key may run. The strategy `fair` shares the slots of a
   * queue between these keys. At most 200 characters.
   */
  concurrencyKey?: (params: never) => string | undefined;
  /** The id of the account that a task works for. A caller that is limited to other accounts does not see the task. */
  accountOf?: (params: never) => string;
  /** Who may submit it in a batch without `tasks:submit`: a caller with this permission, for its own accounts. It needs accountOf. */
  submitPermission?: Permission;
  /** The external service that its tasks use: they also count under the key `provider:<name>`. */
  provider?: string;
  /** Tasks that run at once in all processes. Operators change it as the limit `task:<name>`. */
  maxRunning?: number;
  /** Average number of tasks that start in a period in all processes; a burst of the same number may start at once. Changed like maxRunning. */
  rate?: Rate;
  /** `process`: each attempt runs in a child process, which is killed with its children when the attempt is stopped. */
  isolation?: 'none' | 'process';
  /** Time limit of one attempt in milliseconds; 300,000 by default. */
  timeoutMs?: number;
  /** Time limit of the whole task from its submission, in milliseconds; none by default. */
  expiresInMs?: number;
  /** 3 by default. */
  maxAttempts?: number;
  /** Rejected results (failure class `rejected`) that are allowed beside the attempts; 2 by default. */
  maxRejections?: number;
  /** Poll interval of external work in milliseconds; 30,000 by default. */
  pollEveryMs?: number;
  backoff?: Backoff;
  /** Names of its middleware, in addition to the global one. */
  middleware?: readonly string[];
  /** The handler gets several tasks in one call: it has the method handleBatch() instead of handle(). */
  batch?: BatchOptions;
}

export interface BatchOptions {
  /** Tasks in one call, at most. A worker fills it only with as many slots for the queue. */
  size: number;
  /** How long the first task waits for others, in milliseconds. Default 0: a call gets the tasks that were claimed together. */
  waitMs?: number;
}

/** Validates the params of a declared task, which has no DTO class. */
export interface ParamsRule {
  /** The params in the form that the handler gets, and their errors; pointers begin with `/params`. */
  validate(params: object): { value: object; errors: ProblemDetail[] };
  /** JSON schema, for the catalogue. */
  readonly schema: Record<string, unknown>;
}

export type TaskOptions = Omit<TaskHandlerOptions, 'params'> & { params?: ParamsClass | ParamsRule };

/** The code of a named task. Returns a result, or an Outcome (core/task/outcome.ts); a throw is classified, then retried or final. */
export interface TaskHandlerOf<Params = unknown> {
  handle(context: TaskContext<Params>): Promise<unknown>;
  /**
   * Polls external work: undefined while it runs, or `wait` with the time of the next poll, then its result or another
   * Outcome. After a transient throw it is polled again later.
   */
  poll?(work: ExternalWork<Params>): Promise<unknown>;
  /** Writes records of new tasks in the transaction that stores them. A throw rejects the tasks: nothing is stored. */
  onSubmitted?(manager: EntityManager, tasks: readonly SubmittedTask<Params>[]): Promise<void>;
}

/** The code of a named task with the option `batch`. */
export interface BatchTaskHandlerOf<Params = unknown> extends Omit<TaskHandlerOf<Params>, 'handle'> {
  /**
   * Returns as many values as there are tasks, in their order: a result, an Outcome, or an Error, which fails only its own task. A
   * throw fails all of them. Each task has its own context: cancelling one aborts its signal, and its value has no effect.
   */
  handleBatch(tasks: readonly TaskContext<Params>[]): Promise<readonly unknown[]>;
}

/** External work, for `poll`: the context of the attempt that started it. The signal aborts after 30 s, and on shutdown. */
export interface ExternalWork<Params = unknown> extends TaskContext<Params> {
  readonly externalId: string;
}

export interface SubmittedTask<Params = unknown> {
  readonly id: string;
  readonly params: Params;
  readonly createdAt: Date;
}

const decorate = DiscoveryService.createDecorator<TaskHandlerOptions>();
const FILES = new WeakMap<object, string>();

/** Marks a provider as the handler of a named task; the registry finds it at start. */
export const TaskHandler: DiscoverableDecorator<TaskHandlerOptions> = Object.assign(
  (options?: TaskHandlerOptions): ReturnType<typeof decorate> => {
    const mark = decorate(options);
    const file = callingFile();
    const markWithFile: ClassDecorator = (type) => {
      mark(type);
      if (file !== undefined) FILES.set(type, file);
    };
    return Object.assign(markWithFile as typeof mark, { KEY: decorate.KEY });
  },
  { KEY: decorate.KEY },
);

/** The source file of a class with the decorator above, for messages. */
export function declaringFileOf(type: object): string | undefined {
  return FILES.get(type);
}

/** The file of the second frame above: the first frame is the decorator. */
function callingFile(): string | undefined {
  const frame = new Error().stack?.split('\n')[3] ?? '';
  const [, place] = /\(?((?:file:\/\/)?[^\s()]+):\d+:\d+\)?$/.exec(frame) ?? [];
  if (place === undefined) return undefined;
  return relative('', place.startsWith('file:') ? fileURLToPath(place) : place);
}
