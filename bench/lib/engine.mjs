// The engine of one process, as `npm start` composes it for the worker role, with a handler that does nothing.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PlatformModule } from '../../dist/src/app/platform.module.js';
import { SchedulerModule } from '../../dist/src/scheduler/scheduler.module.js';
import { TaskDefinitionRegistry } from '../../dist/src/tasks/definitions/task-definition.registry.js';
import { TaskService } from '../../dist/src/tasks/task.service.js';
import { TasksModule } from '../../dist/src/tasks/tasks.module.js';
import { TaskWorkerPool } from '../../dist/src/workers/task-worker-pool.js';
import { WorkersModule } from '../../dist/src/workers/workers.module.js';

class BenchModule {}
Module({ imports: [PlatformModule, TasksModule, SchedulerModule, WorkersModule] })(BenchModule);

/** `workers: false` leaves the pool unstarted until `startWorkers()`. */
export async function createEngine(databaseUrl, concurrency) {
  Object.assign(process.env, { DATABASE_URL: databaseUrl, WORKER_CONCURRENCY: String(concurrency), LOG_LEVEL: 'warn' });
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'], abortOnError: false });
  app.get(TaskDefinitionRegistry).register({ name: 'noop', description: 'does nothing' }, { handle: () => Promise.resolve() });
  const pool = app.get(TaskWorkerPool);
  return {
    tasks: app.get(TaskService),
    startWorkers: () => pool.start(),
    async close() {
      await pool.drain(1_000);
      await app.close();
    },
  };
}
