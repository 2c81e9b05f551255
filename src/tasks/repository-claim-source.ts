import type { ClaimedTask } from '../core/task/task.ts';
import { ClaimSource, type QueueCount } from '../queue/task-queue.ts';
import type { TaskRepository } from './task.repository.ts';

/** Gives queue drivers the one statement that leases tasks. */
export class RepositoryClaimSource extends ClaimSource {
  constructor(
    private readonly repository: TaskRepository,
    private readonly leaseTtlMs: number,
  ) {
    super();
  }

  override claim(queue: string, limit: number, owner: string): Promise<ClaimedTask[]> {
    return this.repository.claim(queue, limit, owner, this.leaseTtlMs / 1_000);
  }

  override counts(): Promise<QueueCount[]> {
    return this.repository.countLive();
  }
}
