import { Injectable } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { MaintenanceStore } from './maintenance-store.ts';
import { inBatches } from './in-batches.ts';

const NAME = 'promoter';
const INTERVAL_MS = 250;

/** Makes due tasks ready. */
@Injectable()
export class PromoterLoop {
  readonly loop: Loop;

  constructor(
    private readonly repository: MaintenanceStore,
    private readonly queue: TaskQueue,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    this.loop = loops.create({
      name: NAME,
      intervalMs: INTERVAL_MS,
      jitter: 0.1,
      run: () => this.promote(),
      onError: failures.of(NAME),
    });
  }

  /** Returns the number of tasks promoted. */
  promote(): Promise<number> {
    return inBatches(async () => {
      const due = await this.repository.promote(NAME);
      if (due.length > 0) this.queue.announce(due);
      return due.length;
    });
  }
}
