import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { AGENT_QUEUE, isAgentQueue } from '../../core/agent/agent-queue.ts';
import type { Backoff } from '../../core/task/retry-policy.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { closest } from '../../core/text/closest.ts';
import { TaskHandler, type TaskHandlerOf, type TaskOptions } from './task-handler.decorator.ts';

type Absent = 'params' | 'concurrencyKey' | 'provider' | 'maxRunning' | 'rate';
export type TaskDefinition = Required<Omit<TaskOptions, Absent | 'expiresInMs'>> &
  Pick<TaskOptions, Absent> & { readonly expiresInMs: number | null; readonly handler: TaskHandlerOf };

const DEFAULT_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 300_000 };
/** Of isolated tasks that name no other: waiting for a child process, they must not fill the slots of the rest. */
export const ISOLATED_QUEUE = 'isolated';
export const TASK_NAME = /^[a-z][a-z0-9-]{0,98}[a-z0-9]$/;

/** All named tasks of this process: those found by their decorator, and those declared in a file. Start fails on a bad or doubled name. */
@Injectable()
export class TaskDefinitionRegistry implements OnModuleInit {
  private readonly definitions = new Map<string, TaskDefinition>();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: TaskHandler.KEY })) {
      const options = this.discovery.getMetadataByDecorator(TaskHandler, wrapper);
      if (options) this.register(options, wrapper.instance as TaskHandlerOf);
    }
  }

  register(options: TaskOptions, handler: TaskHandlerOf): void {
    const { name } = options;
    if (!TASK_NAME.test(name)) throw new Error(`task name "${name}" must be lower-case words joined by hyphens`);
    if (this.definitions.has(name)) throw new Error(`two handlers for the task "${name}"`);
    const runBy = options.runBy ?? 'workers';
    if (runBy === 'workers' && typeof handler?.handle !== 'function') {
      throw new Error(`the handler of the task "${name}" has no method handle()`);
    }
    const queue = queueOf(options);
    if (isAgentQueue(queue) !== (runBy === 'agents')) throw misplaced(name, queue, runBy);
    this.definitions.set(name, {
      name,
      description: options.description ?? '',
      params: options.params,
      runBy,
      queue,
      capabilities: options.capabilities ?? [],
      concurrencyKey: options.concurrencyKey,
      provider: options.provider,
      maxRunning: options.maxRunning,
      rate: options.rate,
      isolation: options.isolation ?? 'none',
      timeoutMs: options.timeoutMs ?? 300_000,
      expiresInMs: options.expiresInMs ?? null,
      maxAttempts: options.maxAttempts ?? 3,
      maxRejections: options.maxRejections ?? 2,
      pollEveryMs: options.pollEveryMs ?? 30_000,
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      middleware: options.middleware ?? [],
      handler,
    });
  }

  find(name: string): TaskDefinition | undefined {
    return this.definitions.get(name);
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

function misplaced(name: string, queue: string, runBy: TaskDefinition['runBy']): Error {
  if (runBy === 'agents')
    return new Error(
      `the task "${name}" is run by agents, so its queue is "${AGENT_QUEUE}" or begins with "${AGENT_QUEUE}-", not "${queue}"`,
    );
  return new Error(`the queue "${queue}" of the task "${name}" is one of agents: say runBy: 'agents', or name another queue`);
}
