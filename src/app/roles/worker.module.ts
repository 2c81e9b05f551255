import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ContentModule } from '../../content/content.module.ts';
import { ExternalWorkPoller } from '../../workers/external-work-poller.ts';
import { TaskWorkerPool } from '../../workers/task-worker-pool.ts';
import { WorkersModule } from '../../workers/workers.module.ts';

/** Runs tasks. */
@Module({ imports: [WorkersModule, ContentModule] })
export class WorkerRoleModule implements OnApplicationBootstrap {
  constructor(
    private readonly pool: TaskWorkerPool,
    private readonly external: ExternalWorkPoller,
  ) {}

  onApplicationBootstrap(): void {
    this.pool.start();
    this.external.start();
  }
}
