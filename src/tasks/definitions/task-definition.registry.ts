import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { AGENT_QUEUE } from '../../core/agent/agent-queue.ts';
import type { Backoff } from '../../core/task/retry-policy.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { closest } from '../../core/text/closest.ts';
import { BatchingHandler } from './batching-handler.ts';
import { checkDefinition, DEFAULT_TIMEOUT_MS, TaskDefinitionError } from './check-definition.ts';
import { type BatchTaskHandlerOf, declaringFileOf, TaskHandler, type TaskHandlerOf, type TaskOptions } from './task-handler.decorator.ts';

type Absent = 'batch' | 'params' | 'concurrencyKey' | 'accountOf' | 'submitPermission' | 'provider' | 'maxRunning' | 'rate';
export type TaskDefinition = Required<Omit<TaskOptions, Absent | 'expiresInMs'>> &
  Pick<TaskOptions, Absent> & { readonly expiresInMs: number | null; readonly handler: TaskHandlerOf };

const DEFAULT_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 300_000 };
/** The default queue of isolated tasks: while they wait for a child process they must not take slots of other tasks. */
export const ISOLATED_QUEUE = 'isolated';

/** All task definitions of this process: handlers with the decorator, and declared tasks. The start fails on invalid options and on a duplicate name. */
@Injectable()
export class TaskDefinitionRegistry implements OnModuleInit {
  private readonly definitions = new Map<string, TaskDefinition>();
  private readonly origins = new Map<string, string>();
  private readonly names: Record<TaskDefinition['runBy'], readonly string[]> = { workers: [], agents: [] };

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: TaskHandler.KEY })) {
      const options = this.discovery.getMetadataByDecorator(TaskHandler, wrapper);
      if (options) this.register(options, wrapper.instance as TaskHandlerOf | BatchTaskHandlerOf);
    }
  }

  /** `origin` names the place to correct: the class and its file, or the file of declared tasks. */
  register(options: TaskOptions, handler: TaskHandlerOf | BatchTaskHandlerOf, origin = originOfClass(handler)): void {
    checkDefinition(options, origin);
    const { name } = options;
    const other = this.origins.get(name);
    if (other !== undefined) throw new TaskDefinitionError(name, origin, [`name is that of a task of ${other}. Choose another.`]);
    const runBy = options.runBy ?? 'workers';
    const method = options.batch === undefined ? 'handle' : 'handleBatch';
    if (runBy === 'workers' && typeof Reflect.get(Object(handler), method) !== 'function') {
      throw new TaskDefinitionError(name, origin, [`the class has no method ${method}(). Add it.`]);
    }
    const queue = queueOf(options);
    this.names[runBy] = [...this.names[runBy], name];
    this.origins.set(name, origin);
    this.definitions.set(name, {
      name,
      description: options.description ?? '',
      params: options.params,
      runBy,
      queue,
      capabilities: options.capabilities ?? [],
      concurrencyKey: options.concurrencyKey,
      accountOf: options.accountOf,
      submitPermission: options.submitPermission,
      provider: options.provider,
      maxRunning: options.maxRunning,
      rate: options.rate,
      isolation: options.isolation ?? 'none',
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      expiresInMs: options.expiresInMs ?? null,
      maxAttempts: options.maxAttempts ?? 3,
      maxRejections: options.maxRejections ?? 2,
      pollEveryMs: options.pollEveryMs ?? 30_000,
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      middleware: options.middleware ?? [],
      batch: options.batch,
      handler:
        options.batch === undefined ? (handler as TaskHandlerOf) : new BatchingHandler(name, handler as BatchTaskHandlerOf, options.batch),
    });
  }

  find(name: string): TaskDefinition | undefined {
    return this.definitions.get(name);
  }

  /** Names of the tasks that workers run, or that agents run. Claims pass this array on as it is. */
  namesRunBy(runBy: TaskDefinition['runBy']): readonly string[] {
    return this.names[runBy];
  }

  /** Where the task is defined: a class and its file, or the file of declared tasks. */
  originOf(name: string): string | undefined {
    return this.origins.get(name);
  }

  /** Throws a 404 that suggests the nearest name. */
  get(name: string): TaskDefinition {
    const definition = this.definitions.get(name);
    if (definition) return definition;
    const names = [...this.definitions.keys()];
    const near = closest(name, names);
    const hint = near ? `Did you mean "${near}"?` : `Known: ${names.join(', ') || 'none'}.`;
    throw ProblemError.notFound('unknown_task', `There is no task named "${name.slice(0, 100)}".`, {
      detail: `${hint} GET /tasks lists all.`,
    });
  }

  all(): TaskDefinition[] {
    return [...this.definitions.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }
}

function queueOf({ queue, isolation, runBy }: TaskOptions): string {
  if (runBy === 'agents') return queue ?? AGENT_QUEUE;
  return queue ?? (isolation === 'process' ? ISOLATED_QUEUE : 'default');
}

function originOfClass(handler: object | undefined): string {
  const type = handler?.constructor;
  const file = type && declaringFileOf(type);
  return `${type?.name ?? 'a provider'}${file === undefined ? '' : ` (${file})`}`;
}
