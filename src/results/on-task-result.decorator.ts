import { DiscoveryService } from '@nestjs/core';
import type { ClaimedTask } from '../core/task/task.ts';
import type { TransactionClient } from '../platform/database/pools.ts';

/** Writes the effects of a completed task, in the transaction that completes it: both are stored, or neither. */
export interface TaskResultHandlerOf<Result = unknown> {
  /**
   * `result`: JSON that PostgreSQL accepts. Write rows through `tx` and do nothing else: up to 20 completions share the
   * transaction, it occupies a connection of the engine, and it may be rolled back and repeated. When a batch fails, each task is
   * completed in a transaction of its own; an error then fails the attempt.
   */
  onCompleted(tx: TransactionClient, task: ClaimedTask, result: Result): Promise<void>;
  /** The part of the result that is stored with the task, where tables of its own hold the rest. Default: all of it. */
  toStoredResult?(result: Result): unknown;
}

/** Marks a provider as the result handler of the named task. */
export const OnTaskResult = DiscoveryService.createDecorator<string>();
