import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { ContentModule } from '../../content/content.module.ts';
import { ExternalWorkPoller } from '../../workers/external-work-poller.ts';
import { TaskWorkerPool } from '../../workers/task-worker-pool.ts';
import { WorkersModule } from '../../workers/workers.module.ts';

/** Everything that has a handler, and what runs it. */
export const TASK_MODULES = [WorkersModule, ContentModule];

/** Node cannot run the sources as they stand: there are no processes for single tasks before the build. */
const BUILT = import.meta.url.endsWith('.js');
const SCRIPT = BUILT ? fileURLToPath(new URL('../isolated.js', import.meta.url)) : undefined;

/** Runs tasks. */
@Module({ imports: TASK_MODULES })
export class WorkerRoleModule implements OnApplicationBootstrap {
  constructor(
    private readonly pool: TaskWorkerPool,
    private readonly external: ExternalWorkPoller,
  ) {}

  onApplicationBootstrap(): void {
    this.pool.start(SCRIPT);
    this.external.start();
  }
}
