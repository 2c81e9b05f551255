import { DiscoveryService } from '@nestjs/core';
import type { ClaimedTask } from '../core/task/task.ts';
import type { TransactionClient } from '../platform/database/pools.ts';

/** Writes the effects of a completed task in the transaction that completes it. */
export interface TaskResultHandlerOf<Result = unknown> {
  /**
   * `result` is JSON that PostgreSQL accepts. Only write rows through `tx`: up to 20 completions share the
   * transaction, it uses a connection of the engine, and it may be rolled back and repeated. When a batch fails, each
   * task is completed in its own transaction; an error then fails the attempt.
   */
  onCompleted(tx: TransactionClient, task: ClaimedTask, result: Result): Promise<void>;
  /** The part of the result to store with the task, where other tables hold the rest. Default: the whole result. */
  toStoredResult?(result: Result): unknown;
}

/** Marks a provider as the result handler of the named task. */
export const OnTaskResult = DiscoveryService.createDecorator<string>();
