import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MaintenanceModule } from '../../engine/maintenance.module.ts';
import { TaskScheduler } from '../../engine/maintenance/task-scheduler.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TaskWorkerPool } from '../../workers/pool/task-worker-pool.ts';
import { WorkersModule } from '../../workers/workers.module.ts';
import { PlatformModule } from '../platform.module.ts';
import { VerifyTasksModule } from './verify-tasks.module.ts';

/** Workers and maintenance loops of the engine, and nothing of the content. */
@Module({ imports: [PlatformModule, WorkersModule, MaintenanceModule, VerifyTasksModule] })
class VerifyWorkerModule {}

/** A process that `contenthub verify` starts and kills. It ends with its parent. */
async function main(): Promise<void> {
  process.once('disconnect', () => process.exit());
  const app = await NestFactory.createApplicationContext(VerifyWorkerModule, { logger: false, abortOnError: false });
  const pool = app.get(TaskWorkerPool);
  await app.get(TaskQueue).start(pool.slotsByQueue);
  pool.start();
  app.get(TaskScheduler).start();
  process.send?.('ready');
  process.once('SIGTERM', () => {
    void app
      .get(TaskScheduler)
      .stop()
      .then(() => pool.drain({ tasksMs: 0 }))
      .then(() => app.close())
      .finally(() => process.exit());
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
