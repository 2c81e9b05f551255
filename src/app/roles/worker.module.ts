import { Inject, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { AgentsModule } from '../../agents/agents.module.ts';
import { ProcessAgent } from '../../agents/process-agent.ts';
import { ExternalWorkPoller } from '../../workers/pool/external-work-poller.ts';
import { Settings } from '../../platform/config/settings.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { TaskWorkerPool } from '../../workers/pool/task-worker-pool.ts';
import { checkQueuesServed, unfilledBatches } from '../../workers/pool/worker-slots.ts';
import { SystemScheduleSyncModule } from '../../scheduler/system/system-schedule-sync.module.ts';
import { WorkersModule } from '../../workers/workers.module.ts';

/**
 * The script of child processes. Undefined before the build, because Node cannot run the sources: tasks then run in this process.
 * @public used by programs that start from dist
 */
export const TASK_PROCESS_SCRIPT = Symbol('TaskProcessScript');
const BUILT = import.meta.url.endsWith('.js');
const useValue = BUILT ? fileURLToPath(new URL('../isolated.js', import.meta.url)) : undefined;

/** Runs tasks. */
@Module({
  imports: [WorkersModule, TasksModule, AgentsModule, SystemScheduleSyncModule],
  providers: [{ provide: TASK_PROCESS_SCRIPT, useValue }],
})
export class WorkerRoleModule implements OnApplicationBootstrap {
  private readonly logger = new Logger('Worker');

  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly settings: Settings,
    private readonly queue: TaskQueue,
    private readonly pool: TaskWorkerPool,
    private readonly external: ExternalWorkPoller,
    private readonly agent: ProcessAgent,
    @Inject(TASK_PROCESS_SCRIPT) private readonly script: string | undefined,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    checkQueuesServed(this.definitions, this.settings);
    for (const warning of unfilledBatches(this.definitions, this.pool.slotsByQueue)) this.logger.warn(warning);
    await this.queue.start(this.pool.slotsByQueue);
    this.pool.start(this.script);
    this.external.start();
    this.agent.start({
      status: () => this.pool.status(),
      drain: async () => void (await this.pool.drain()),
      resume: () => this.pool.start(this.script),
    });
  }
}
