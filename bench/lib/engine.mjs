// The engine with a handler that does nothing: one process without HTTP, or the whole application.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../dist/src/app/app.module.js';
import { configureHttp } from '../../dist/src/app/http/configure-http.js';
import { HttpAdapter } from '../../dist/src/app/http/http-adapter.js';
import { PlatformModule } from '../../dist/src/app/platform.module.js';
import { shutDown } from '../../dist/src/app/shutdown.js';
import { FirstKeyService } from '../../dist/src/platform/auth/first-key.service.js';
import { loadSettings } from '../../dist/src/platform/config/settings.js';
import { migrateDatabase } from '../../dist/src/platform/database/migrate.js';
import { statusOutput } from '../../dist/src/platform/telemetry/status-output.js';
import { Pools } from '../../dist/src/platform/database/pools.js';
import { MaintenanceModule } from '../../dist/src/engine/maintenance.module.js';
import { TaskScheduler } from '../../dist/src/engine/maintenance/task-scheduler.js';
import { TaskQueue } from '../../dist/src/queue/task-queue.js';
import { TaskDefinitionRegistry } from '../../dist/src/tasks/definitions/task-definition.registry.js';
import { AttemptStore } from '../../dist/src/engine/attempt-store.js';
import { TaskService } from '../../dist/src/tasks/service/task.service.js';
import { TasksModule } from '../../dist/src/tasks/tasks.module.js';
import { TaskWorkerPool } from '../../dist/src/workers/pool/task-worker-pool.js';
import { WorkersModule } from '../../dist/src/workers/workers.module.js';

class EngineModule {}
Module({ imports: [PlatformModule, TasksModule, MaintenanceModule, WorkersModule] })(EngineModule);

const QUIET = { logger: ['error'], abortOnError: false };
const DRAIN_MS = 1_000;
const CLAIMER = 'bench:1:claimer';

const resultOf = ({ id, epoch }) => ({ id, epoch, result: null });

export function describeEngine(part, slots, how) {
  if (part === 'submit-http') return `the application in all its roles and one process, its default settings; ${how}`;
  return `one process, ${slots} slots; ${how}`;
}

/** Composed as `npm start` does for the worker role. Workers start with start(). */
export async function openEngine(options, settings) {
  configure(options, { ...settings, WORKER_CONCURRENCY: String(options.slots), LOG_LEVEL: 'warn' });
  await migrateDatabase({ url: options.postgresUrl });
  await startTracing();
  const app = await NestFactory.createApplicationContext(EngineModule, QUIET);
  return instanceOf(app, options);
}

/** As src/app/start.ts does. */
async function startTracing() {
  const settings = loadSettings();
  if (settings.otelExporterOtlpEndpoint === undefined) return;
  const { createOtelBackend } = await import('../../dist/src/platform/telemetry/tracing/otel-backend.js');
  const { useTracing } = await import('../../dist/src/platform/telemetry/tracing/tracing.js');
  useTracing(createOtelBackend(settings, console.error));
}

/** The process that src/main.ts starts with all roles. Closing it ends the process. */
export async function openApplication(options, given) {
  configure(options, { ...given, PORT: '0', SEED_EXAMPLE: 'false', DATA_DIR: options.dataDir });
  await migrateDatabase({ url: options.postgresUrl });
  const settings = loadSettings();
  const app = await NestFactory.create(AppModule.withRoles(settings.appRoles), new HttpAdapter(settings), QUIET);
  configureHttp(app, settings);
  const key = await app.get(FirstKeyService).ensure(settings.dataDir);
  await app.listen(settings.port, settings.host);
  const http = { url: await app.getUrl(), path: '/tasks/noop/execute/api', key };
  // Resolves when its roles have started.
  return { ...instanceOf(app, options), http, start: () => {}, close: () => shutDown(app, settings, statusOutput(settings)) };
}

/** Sets the environment variables of this contender's process. */
function configure({ postgresUrl }, settings) {
  Object.assign(process.env, settings, { DATABASE_URL: postgresUrl });
}

function instanceOf(app, { onTask, batch }) {
  const handler = {
    handle: async ({ params }) => onTask(params.n),
    handleBatch: async (tasks) => tasks.map(({ params }) => onTask(params.n)),
  };
  app.get(TaskDefinitionRegistry).register({ name: 'noop', description: 'does nothing', batch }, handler);
  const tasks = app.get(TaskService);
  const request = (n) => ({ name: 'noop', params: { n }, createdBy: 'bench', trigger: 'api' });
  const count = async (text) => (await app.get(Pools).api.query(`SELECT count(*)::int AS n FROM ${text}`)).rows[0].n;
  const submitAll = (ns) => tasks.submitMany(ns.map(request));
  return {
    submitMany: (many) => submitAll(Array.from({ length: many }, (_, n) => n)),
    submitAll,
    submit: (n) => tasks.submit(request(n)),
    async start() {
      const pool = app.get(TaskWorkerPool);
      await app.get(TaskQueue).start(pool.slotsByQueue);
      pool.start();
    },
    /** The loops that take tasks back from lost workers. */
    startScheduler: () => app.get(TaskScheduler).start(),
    claim: (many) => app.get(TaskQueue).claim({ queue: 'default', limit: many, names: ['noop'], owner: CLAIMER, leaseSeconds: 15 }),
    complete: (claimed) => app.get(AttemptStore).complete(claimed.map(resultOf), CLAIMER),
    unfinished: () => count(`tasks WHERE terminal_at IS NULL`),
    async verify() {
      const [done, audited] = [await count(`tasks WHERE status = 'completed'`), await count('task_audit')];
      if (audited !== 3 * done) throw new Error(`${done} completed tasks have ${audited} audit rows instead of ${3 * done}`);
    },
    async close() {
      await app.get(TaskWorkerPool).drain(DRAIN_MS);
      await app.close();
    },
  };
}
