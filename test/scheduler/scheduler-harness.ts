import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { PlatformModule } from '../../src/app/platform.module.ts';
import { loadSettings, Settings } from '../../src/platform/config/settings.ts';
import { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { DueFiringsService } from '../../src/scheduler/due-firings.service.ts';
import type { Firing, Schedule, ScheduleFields } from '../../src/scheduler/schedule.ts';
import { ScheduleActionsService } from '../../src/scheduler/schedule-actions.service.ts';
import { ScheduleService } from '../../src/scheduler/schedule.service.ts';
import { SchedulerModule } from '../../src/scheduler/scheduler.module.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import { TaskService } from '../../src/tasks/service/task.service.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

export type Scheduler = Awaited<ReturnType<typeof startScheduler>>;

const EVERY_HOUR = { type: 'every', everyMs: 3_600_000, anchorAt: '2026-01-01T00:00:00.000Z' } as const;
const FIELDS: ScheduleFields = {
  name: 'hourly',
  taskName: 'noop',
  params: {},
  priority: null,
  trigger: EVERY_HOUR,
  timeZone: 'UTC',
  overlap: 'allow',
  misfire: 'last',
  catchUpSeconds: 3_600,
  jitterSeconds: 0,
  startsAt: null,
  endsAt: null,
};

/** A scheduler process without the pulse: tests call `fireDue`. No worker runs, so tasks stay unfinished until a test ends them. */
async function startScheduler(databaseUrl: string) {
  const app = await Test.createTestingModule({ imports: [PlatformModule, SchedulerModule] })
    .overrideProvider(Settings)
    .useValue(loadSettings({ DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '4', LOG_LEVEL: 'silent' }))
    .compile();
  await app.init();
  const definitions = app.get(TaskDefinitionRegistry);
  definitions.register({ name: 'noop' }, { handle: () => Promise.resolve({}) });
  const schedules = app.get(ScheduleService);
  return {
    definitions,
    schedules,
    actions: app.get(ScheduleActionsService),
    tasks: app.get(TaskService),
    /** The lines of the histogram of lateness. */
    lateness: async () => (await app.get(Metrics).expose()).split('\n').filter((line) => line.startsWith('contenthub_schedule_lateness')),
    fireDue: () => app.get(DueFiringsService).fireDue(),
    create: (changes: Partial<ScheduleFields> = {}): Promise<Schedule> => schedules.create({ ...FIELDS, ...changes }, 'test'),
    /** Oldest first. */
    history: async (id: string): Promise<Firing[]> => (await schedules.history(id, 1_000, null)).toReversed(),
    close: () => app.close(),
  };
}

/** A database for the calling test file, and scheduler processes on it, closed after each test. */
export function useSchedulers() {
  let database: TestDatabase;
  let connection: pg.Pool;
  let running: Scheduler[] = [];
  const sql = async <Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await connection.query<Row>(text, values)).rows;

  beforeAll(async () => {
    database = await createTestDatabase();
    connection = new pg.Pool({ connectionString: database.url, application_name: 'test', max: 1, idleTimeoutMillis: 0 });
  });
  const stop = async (): Promise<void> => {
    const started = running;
    running = [];
    await Promise.all(started.map((scheduler) => scheduler.close()));
  };
  afterEach(async () => {
    await stop();
    await sql(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} RESET app.skew`);
    for (const table of ['schedules', 'schedule_clock', 'task_dependencies', 'task_audit', 'tasks']) await sql(`DELETE FROM ${table}`);
  });
  afterAll(async () => {
    await connection.end();
    await database.drop();
  });

  const start = async (): Promise<Scheduler> => {
    const scheduler = await startScheduler(database.url);
    running.push(scheduler);
    return scheduler;
  };
  return {
    sql,
    start,
    get url(): string {
      return database.url;
    },
    /** Makes it due, with a due time of so many seconds ago, on a whole second or minute. Returns that time. */
    async due(id: string, secondsAgo = 0, unit: 'second' | 'minute' = 'second'): Promise<Date> {
      const set = `next_due_at = date_trunc($3, app_now()) - make_interval(secs => $2), next_fire_at = app_now()`;
      const [row] = await sql<{ at: Date }>(`UPDATE schedules SET ${set} WHERE id = $1 RETURNING next_due_at AS at`, [
        id,
        secondsAgo,
        unit,
      ]);
      return row?.at as Date;
    },
    /** Moves the clock of the database. Sessions read it when they begin, so every process starts again. */
    async moveClock(interval: string): Promise<Scheduler> {
      await stop();
      await sql(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET app.skew = '${interval}'`);
      return start();
    },
  };
}
