import type { ClaimedTask } from '../core/task/task.ts';
import { ClaimSource, type QueueCount, type RankedTask } from '../queue/task-queue.ts';
import type { QueueRepository } from './queues/queue.repository.ts';
import type { TaskRepository } from './task.repository.ts';

/** Gives queue drivers the one statement that leases tasks. */
export class RepositoryClaimSource extends ClaimSource {
  constructor(
    private readonly repository: TaskRepository,
    private readonly queues: QueueRepository,
    private readonly leaseTtlMs: number,
  ) {
    super();
  }

  override claim(queue: string, limit: number, owner: string): Promise<ClaimedTask[]> {
    return this.repository.claim(queue, limit, owner, this.leaseTtlMs / 1_000);
  }

  override ready(queue: string, limit: number): Promise<RankedTask[]> {
    return this.queues.ready(queue, limit);
  }

  override counts(): Promise<QueueCount[]> {
    return this.repository.countLive();
  }
}
