import { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import type { ClaimedTask } from '../core/task/task.ts';

/** The effects of a completed task, written in the transaction that completes it: all of it is stored, or nothing. */
export interface TaskResultHandlerOf<Result = unknown> {
  /** `result`: as JSON, without what jsonb refuses. */
  onCompleted(manager: EntityManager, task: ClaimedTask, result: Result): Promise<void>;
  /** What is kept on the task when the rest of the result has gone into tables of its own; the whole unless defined. */
  toStoredResult?(result: Result): unknown;
}

/** Marks a provider as the result handler of the named task. */
export const OnTaskResult = DiscoveryService.createDecorator<string>();
