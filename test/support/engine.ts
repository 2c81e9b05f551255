import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { PlatformModule } from '../../src/app/platform.module.ts';
import { isTerminal } from '../../src/core/task/states.ts';
import type { ClaimedTask, TaskRow } from '../../src/core/task/task.ts';
import { loadSettings, Settings } from '../../src/platform/config/settings.ts';
import type { TaskResultHandlerOf } from '../../src/results/on-task-result.decorator.ts';
import { ResultHandlerRegistry } from '../../src/results/result-handler.registry.ts';
import { ResultsModule } from '../../src/results/results.module.ts';
import { MaintenanceModule } from '../../src/engine/maintenance.module.ts';
import { PromoterLoop } from '../../src/engine/maintenance/promoter-loop.ts';
import { RescuerLoop } from '../../src/engine/maintenance/rescuer-loop.ts';
import { SweeperLoop } from '../../src/engine/maintenance/sweeper-loop.ts';
import { TaskScheduler } from '../../src/engine/maintenance/task-scheduler.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import type { TaskHandlerOptions } from '../../src/tasks/definitions/task-handler.decorator.ts';
import { TaskLogReader } from '../../src/engine/logs/task-log-reader.ts';
import { AttemptStore } from '../../src/engine/attempt-store.ts';
import { MaintenanceStore } from '../../src/engine/maintenance/maintenance-store.ts';
import { TaskControlStore } from '../../src/engine/task-control-store.ts';
import { TaskStore } from '../../src/engine/task-store.ts';
import { QuarantineClaims } from '../../src/engine/dispatch/quarantine-claims.ts';
import { type AgentClaim, TaskClaims } from '../../src/engine/dispatch/task-claims.ts';
import type { SubmitRequest } from '../../src/tasks/service/new-task.ts';
import { TaskService } from '../../src/tasks/service/task.service.ts';
import { TasksModule } from '../../src/tasks/tasks.module.ts';
import { TaskWorkerPool, WORKER_SLOTS } from '../../src/workers/pool/task-worker-pool.ts';
import { WorkersModule } from '../../src/workers/workers.module.ts';
import { violatedInvariants } from './invariants.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { waitFor } from './wait-for.ts';

/** The lease owner that `claim` uses. */
export const OTHER_OWNER = 'elsewhere:1:another-boot';

type TestContext = TaskContext<Record<string, unknown>>;
export interface TestHandler {
  name: string;
  options?: Omit<TaskHandlerOptions, 'name'>;
  handle(context: TestContext): unknown;
}
export interface TestBatchHandler {
  name: string;
  options: Omit<TaskHandlerOptions, 'name'>;
  handleBatch(contexts: readonly TestContext[]): Promise<readonly unknown[]>;
}

export interface EngineOptions {
  databaseUrl: string;
  handlers?: (TestHandler | TestBatchHandler)[];
  /** By task name. */
  resultHandlers?: Record<string, TaskResultHandlerOf>;
  /** Slots of the default queue, or by queue; without it no worker runs. */
  slots?: number | Record<string, number>;
  /** Runs the promoter, the sweeper and the rescuer; default off. */
  loops?: boolean;
  /** Environment variables that override those of the tests. */
  settings?: Record<string, string>;
}

export type Engine = Awaited<ReturnType<typeof startEngine>>;

/** The engine of one process, composed as in src/app. Any number of them may share a database. */
export async function startEngine({ databaseUrl, handlers = [], resultHandlers = {}, slots, loops: startLoops, settings }: EngineOptions) {
  const environment = { DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '4', LOG_LEVEL: 'silent', POLL_INTERVAL_MS: '500', ...settings };
  const app = await Test.createTestingModule({ imports: [PlatformModule, TasksModule, ResultsModule, WorkersModule, MaintenanceModule] })
    .overrideProvider(Settings)
    .useValue(loadSettings(environment))
    .overrideProvider(WORKER_SLOTS)
    .useValue(typeof slots === 'object' ? slots : { default: slots ?? 1 })
    .compile();
  await app.init();
  const definitions = app.get(TaskDefinitionRegistry);
  for (const handler of handlers) {
    definitions.register(
      { name: handler.name, ...handler.options },
      'handle' in handler
        ? { handle: (context) => Promise.resolve(handler.handle(context as TestContext)) }
        : { handleBatch: (contexts) => handler.handleBatch(contexts as readonly TestContext[]) },
    );
  }
  for (const [name, handler] of Object.entries(resultHandlers)) app.get(ResultHandlerRegistry).register(name, handler);

  const tasks = app.get(TaskService);
  const repository = app.get(TaskStore);
  const claims = app.get(TaskClaims);
  const quarantine = app.get(QuarantineClaims);
  const names = (): readonly string[] => definitions.all().map(({ name }) => name);
  const loops = app.get(TaskScheduler);
  const pool = app.get(TaskWorkerPool);
  if (slots !== undefined) {
    await app.get(TaskQueue).start(pool.slotsByQueue);
    pool.start();
  }
  if (startLoops) loops.start();
  let closed: Promise<void> | undefined;
  const claimTasks = (queue: string, limit: number, owner: string, leaseSeconds: number): Promise<ClaimedTask[]> =>
    claims.claim({ queue, limit, names: names(), owner, leaseSeconds });
  const claimQuarantined = (queues: readonly string[], limit: number, owner: string, leaseSeconds: number, maxCrashes: number) =>
    quarantine.claim({ queues, limit, names: names(), owner, leaseSeconds, maxCrashes });

  return {
    tasks,
    repository,
    attempts: app.get(AttemptStore),
    control: app.get(TaskControlStore),
    maintenance: app.get(MaintenanceStore),
    claims,
    /** The maintenance loops together, and one round of each. */
    scheduler: {
      start: () => loops.start(),
      promote: () => app.get(PromoterLoop).promote(),
      sweep: () => app.get(SweeperLoop).sweep(),
      rescue: () => app.get(RescuerLoop).rescue(),
    },
    pool,
    logs: app.get(TaskLogReader),
    /** Any other provider. */
    get: app.get.bind(app),
    /** Submits a task and returns its id. */
    async submit(name: string, params: Record<string, unknown> = {}, more: Partial<SubmitRequest> = {}): Promise<string> {
      return (await tasks.submit({ name, params, createdBy: 'test', trigger: 'api', ...more })).id;
    },
    claimTasks,
    claimQuarantined,
    assign: (request: Omit<AgentClaim, 'names'>): Promise<ClaimedTask[]> => claims.assign({ ...request, names: names() }),
    assignQuarantined: (request: Omit<AgentClaim, 'names'>): Promise<ClaimedTask[]> => quarantine.assign({ ...request, names: names() }),
    countReady: (queue: string, limit: number): Promise<number> => claims.countReady(queue, limit, names()),
    quarantinedCrashCounts: (queues: readonly string[], limit: number): Promise<number[]> => quarantine.crashCounts(queues, limit, names()),
    /** Claims one ready task, like a worker of another process. */
    async claim(owner = OTHER_OWNER): Promise<ClaimedTask> {
      const [ready] = await claimTasks('default', 1, owner, 15);
      const task = ready ?? (await claimQuarantined(['default'], 1, owner, 15, 9))[0];
      if (!task) throw new Error('nothing is ready to be claimed');
      return task;
    },
    /** Resolves with the task once it is final. */
    ended(id: string, timeoutMs?: number): Promise<TaskRow> {
      const final = async () => {
        const row = await tasks.get(id);
        return isTerminal(row.status) && row;
      };
      return waitFor(final, { what: `the end of task ${id}`, timeoutMs });
    },
    close(): Promise<void> {
      closed ??= loops
        .stop()
        .then(() => pool.drain({ tasksMs: 0 }))
        .then(() => app.close());
      return closed;
    },
  };
}

/** Emptied after each test, in this order. */
const TABLES = [
  'statistics_watermarks',
  'daily_statistics',
  'minute_statistics',
  'limits',
  'paused_definitions',
  'queues',
  'events',
  'event_endpoints',
  'task_dependencies',
  'task_steps',
  'task_logs',
  'task_audit',
  'tasks',
];

/**
 * Creates a database for the calling test file, and engines on it. After each test the engines are closed, the
 * invariants of every history are checked, and the tables are emptied.
 */
export function useEngines() {
  let database: TestDatabase;
  /** One connection: its statements are serialised and share a session. */
  let connection: pg.Pool;
  let engines: Engine[] = [];

  const sql = async <Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await connection.query<Row>(text, values)).rows;

  beforeAll(async () => {
    database = await createTestDatabase();
    connection = new pg.Pool({ connectionString: database.url, application_name: 'test', max: 1, idleTimeoutMillis: 0 });
  });

  afterEach(async () => {
    const started = engines;
    engines = [];
    await Promise.all(started.map((engine) => engine.close()));
    expect(await violatedInvariants(sql)).toEqual([]);
    await connection.query(TABLES.map((table) => `DELETE FROM ${table};`).join('\n'));
  });

  afterAll(async () => {
    await connection.end();
    await database.drop();
  });

  return {
    sql,
    get url(): string {
      return database.url;
    },
    async start(options: Omit<EngineOptions, 'databaseUrl'> = {}): Promise<Engine> {
      const engine = await startEngine({ databaseUrl: database.url, ...options });
      engines.push(engine);
      return engine;
    },
    /** The transitions of a task so far, in order, with the status after each. */
    async transitions(id: string): Promise<string[]> {
      const rows = await sql<{ step: string }>(
        `SELECT reason || ' > ' || to_status AS step FROM task_audit WHERE task_id = $1 ORDER BY version`,
        [id],
      );
      return rows.map(({ step }) => step);
    },
  };
}
