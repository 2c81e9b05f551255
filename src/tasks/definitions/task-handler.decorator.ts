import { type DiscoverableDecorator, DiscoveryService } from '@nestjs/core';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EntityManager } from 'typeorm';
import type { Backoff } from '../../core/task/retry-policy.ts';
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
  /** Which worker slots run it; `default` (`isolated` when it is, `agents` when they run it) unless named. */
  queue?: string;
  /** What whoever runs it must be able to do. */
  capabilities?: readonly string[];
  /**
   * The key under which a task is counted: GET /limits says how many of one key may run. The strategy `fair` shares the slots
   * of a queue between these keys. At most 200 characters.
   */
  concurrencyKey?: (params: never) => string | undefined;
  /** The id of the account that a task works for. A caller that is limited to other accounts does not see the task. */
  accountOf?: (params: never) => string;
  /** The outside service that all its tasks use: they are counted as `provider:<this>` too. */
  provider?: string;
  /** How many may run at once, everywhere; changeable at run time as the limit `task:<name>`. */
  maxRunning?: number;
  /** How many may start in a period, everywhere, in the long run; as many may start at once. Changeable like maxRunning. */
  rate?: Rate;
  /** `process`: each attempt runs in a child process, which is killed with all it started when the attempt is stopped. */
  isolation?: 'none' | 'process';
  /** For one attempt, milliseconds; 300,000 unless named. */
  timeoutMs?: number;
  /** For the whole task, from submission, milliseconds; unlimited unless named. */
  expiresInMs?: number;
  /** 3 unless named. */
  maxAttempts?: number;
  /** How many results may be rejected (failure class `rejected`) beside that; 2 unless named. */
  maxRejections?: number;
  /** How often external work is asked for, milliseconds; 30,000 unless named. */
  pollEveryMs?: number;
  backoff?: Backoff;
  /** Names of middleware to run around it, beside the global ones. */
  middleware?: readonly string[];
}

/** The params of a definition that is data: it brings no DTO class, but a check of its own. */
export interface ParamsRule {
  /** The params as the handler gets them, and what is wrong with them; pointers begin with `/params`. */
  validate(params: object): { value: object; errors: ProblemDetail[] };
  /** JSON schema, for the catalogue. */
  readonly schema: Record<string, unknown>;
}

export type TaskOptions = Omit<TaskHandlerOptions, 'params'> & { params?: ParamsClass | ParamsRule };

/** The code of a named task. Returns a result, or an Outcome (core/task/outcome.ts); a throw is classified, then retried or final. */
export interface TaskHandlerOf<Params = unknown> {
  handle(context: TaskContext<Params>): Promise<unknown>;
  /** Asks how external work stands: undefined while it goes on, else its result or an Outcome. A transient throw means: ask later. */
  poll?(work: ExternalWork<Params>): Promise<unknown>;
  /** Writes what belongs to new tasks in the transaction that accepts them. A throw refuses them: nothing is stored. */
  onSubmitted?(manager: EntityManager, tasks: readonly SubmittedTask<Params>[]): Promise<void>;
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

/** Of the second frame above: the first one is the decorator itself. */
function callingFile(): string | undefined {
  const frame = new Error().stack?.split('\n')[3] ?? '';
  const [, place] = /\(?((?:file:\/\/)?[^\s()]+):\d+:\d+\)?$/.exec(frame) ?? [];
  if (place === undefined) return undefined;
  return relative('', place.startsWith('file:') ? fileURLToPath(place) : place);
}
