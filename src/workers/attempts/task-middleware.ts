import { DiscoveryService } from '@nestjs/core';
import type { Failure } from '../../core/task/failure.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';

export interface TaskMiddlewareOptions {
  name: string;
  /** Runs for every task; otherwise only for definitions that name it. */
  global?: boolean;
  /** Lower ones run first before the handler, and last after it. Default: 0. */
  order?: number;
}

/** Code that runs around handlers. Each method sees the full context of the attempt and may write to its log. */
export interface TaskMiddlewareOf {
  /** A throw fails the attempt as if the handler had thrown; the handler does not run. */
  before?(context: TaskContext): Promise<void> | void;
  /** After the handler succeeded, before its result is stored. A throw fails the attempt. */
  after?(context: TaskContext, result: unknown): Promise<void> | void;
  /** After a failure, before it is stored. A throw is only logged: the first failure counts. */
  error?(context: TaskContext, failure: Failure): Promise<void> | void;
}

/** Marks a provider as middleware; the registry finds it at start. */
export const TaskMiddleware = DiscoveryService.createDecorator<TaskMiddlewareOptions>();
