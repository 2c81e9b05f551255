import { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import type { Backoff } from '../../core/task/retry-policy.ts';
import type { TaskContext } from './task-context.ts';

type ParamsClass = new () => object;

export interface TaskHandlerOptions {
  name: string;
  description?: string;
  /** class-validator DTO; without one a task takes any JSON object. */
  params?: ParamsClass;
  /** Which worker slots run it; `default` unless named. */
  queue?: string;
  /** For one attempt, milliseconds; 300,000 unless named. */
  timeoutMs?: number;
  /** For the whole task, from submission, milliseconds; unlimited unless named. */
  expiresInMs?: number;
  /** 3 unless named. */
  maxAttempts?: number;
  backoff?: Backoff;
  /** Names of middleware to run around it, beside the global ones. */
  middleware?: readonly string[];
}

/** The code of a named task. Returns a result, or an Outcome (core/task/outcome.ts); a throw is classified, then retried or final. */
export interface TaskHandlerOf<Params = unknown> {
  handle(context: TaskContext<Params>): Promise<unknown>;
  /** Writes what belongs to new tasks in the transaction that accepts them. A throw refuses them: nothing is stored. */
  accepted?(manager: EntityManager, tasks: readonly AcceptedTask<Params>[]): Promise<void>;
}

export interface AcceptedTask<Params = unknown> {
  readonly id: string;
  readonly params: Params;
  readonly createdAt: Date;
}

/** Marks a provider as the handler of a named task; the registry finds it at start. */
export const TaskHandler = DiscoveryService.createDecorator<TaskHandlerOptions>();
