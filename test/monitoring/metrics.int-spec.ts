import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AppModule } from '../../src/app/app.module.ts';
import { OpsServer } from '../../src/app/ops/ops-server.ts';
import { HealthService } from '../../src/monitoring/health/health.service.ts';
import { MetricsService } from '../../src/monitoring/metrics/metrics.service.ts';
import { SharedReading } from '../../src/monitoring/metrics/shared-reading.ts';
import { loadSettings, Settings } from '../../src/platform/config/settings.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { TaskScheduler } from '../../src/engine/maintenance/task-scheduler.ts';
import { QueueService } from '../../src/tasks/queues/queue.service.ts';
import { TaskWorkerPool } from '../../src/workers/pool/task-worker-pool.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';
import { exposedBy, namesOf, seriesOf } from './scrape.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = hasPromtool || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;
const HINT = hasPromtool ? '' : ' (needs promtool; Debian: apt-get install prometheus)';
const sql = <Row extends object>(statement: string): Promise<Row[]> => application.sql<Row>(statement);

const DEFINITIONS = 200;
const ACCOUNTS = 1_000;
const nameOf = (i: number): string => `customer-report-number-${String(i).padStart(3, '0')}`;

let application: TestApplication;
let text: string;

beforeAll(async () => {
  const handlers = Array.from({ length: DEFINITIONS }, (_, i) => ({
    name: nameOf(i),
    handle: () => Promise.resolve(i % 2 === 0 ? 'ok' : Promise.reject(new Error('odd'))),
    maxAttempts: 1,
    concurrencyKey: (params: unknown) => `account:${(params as { account: string }).account}`,
  }));
  application = await startApplication({ handlers, settings: { METRICS_INTERVAL: '3600' } });
  const { app } = application;
  await sql(
    `INSERT INTO accounts (id, name, platform) SELECT gen_random_uuid(), 'account ' || n, 'blog' FROM generate_series(1, ${ACCOUNTS}) n`,
  );
  const ids = (await sql<{ id: string }>(`SELECT id FROM accounts`)).map(({ id }) => id);
  const queues = app.get(QueueService);
  for (let i = 0; i < DEFINITIONS; i++) {
    const own = ids.filter((_, k) => k % DEFINITIONS === i);
    await queues.addBatch(
      nameOf(i),
      own.map((account) => ({ account })),
    );
  }
  const ended = async () => {
    const [row] = await sql<{ live: number }>(`SELECT count(*)::int AS live FROM tasks WHERE terminal_at IS NULL`);
    return row?.live === 0;
  };
  await waitFor(ended, { what: 'the end of all tasks', timeoutMs: 120_000 });
  text = await exposedBy(app);
}, 180_000);
afterAll(() => application.close());

describe('the metrics of a large installation', () => {
  it('are at most 300 kB with 200 definitions and 1,000 accounts', () => {
    expect(text).toContain(`contenthub_task_attempts_total{task="${nameOf(0)}",settlement="completed"} 5`);
    expect(text).toContain(`contenthub_task_attempts_total{task="${nameOf(199)}",settlement="failed"} 5`);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(300_000);
  });

  it('have no ids and no text of requests in their labels', () => {
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(text).not.toContain('account 1');
  });

  withPromtool(`are read by promtool${HINT}`, () => {
    it('without a complaint', () => {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect([status, stdout, stderr]).toEqual([0, '', '']);
    });
  });

  it('describe loops, pools and the process', () => {
    const series = seriesOf(text);
    expect(series.get('contenthub_loop_running{loop="promoter"}')).toBe(1);
    expect(series.get('contenthub_loop_late{loop="promoter"}')).toBeDefined();
    expect(series.get('contenthub_database_pool_size{pool="api"}')).toBe(4);
    expect(series.get('contenthub_database_pool_waiting{pool="engine"}')).toBeGreaterThanOrEqual(0); // a busy machine makes some wait
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(series.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(series.get('nodejs_eventloop_lag_seconds{statistic="max"}')).toBeGreaterThanOrEqual(0);
    expect(series.get('contenthub_sse_clients')).toBe(0);
  });
});

describe('the metrics of the installation', () => {
  it('show queues, workers and publishing', async () => {
    const { app } = application;
    await sql(`DELETE FROM metric_readings`);
    const queues = app.get(QueueService);
    await queues.pause('default', 'test');
    await queues.add(nameOf(0), { account: 'a' });
    await sql(`UPDATE tasks SET run_at = run_at - interval '100 s' WHERE status = 'submitted'`);
    const processes = async () => seriesOf(await exposedBy(app)).get('contenthub_agents{kind="process",status="online"}') === 1;
    await waitFor(() => sql(`DELETE FROM metric_readings`).then(processes), { what: 'the heartbeat of the process' });
    const series = seriesOf(await exposedBy(app));
    await queues.resume('default', 'test');
    expect(series.get('contenthub_queue_tasks{queue="default",state="ready"}')).toBe(1);
    expect(series.get('contenthub_queue_paused{queue="default"}')).toBe(1);
    expect(series.get('contenthub_queue_oldest_ready_seconds{queue="default"}')).toBeGreaterThanOrEqual(100);
    expect(series.get('contenthub_task_leases_overdue')).toBe(0);
    expect(series.get('contenthub_publish_overdue_entries')).toBe(0);
    expect(series.get('contenthub_publish_entries{status="outcome_unknown"}')).toBe(0);
    expect(series.get('contenthub_installation_read_timestamp_seconds')).toBeCloseTo(Date.now() / 1_000, -2);
  });

  it('are read by one process in an interval, and served by all', async () => {
    const readings = [0, 1, 2].map(() => new SharedReading(application.app.get(Pools)));
    let reads = 0;
    const all = () =>
      Promise.all(
        readings.flatMap((one) => Array.from({ length: 5 }, () => one.get('test', 600, () => Promise.resolve({ reads: ++reads })))),
      );
    await all();
    expect(reads).toBe(1);
    expect(await all()).toEqual(Array(15).fill({ readings: { reads: 1 }, storedAt: expect.any(Number) }));
    await sql(`UPDATE metric_readings SET read_at = read_at - interval '601 s' WHERE name = 'test'`);
    await all();
    expect(reads).toBe(2);
  });

  it('are read again when a clock was set back', async () => {
    const reading = new SharedReading(application.app.get(Pools));
    let reads = 0;
    const read = () => reading.get('clock', 600, () => Promise.resolve({ reads: ++reads }));
    await read();
    await sql(`UPDATE metric_readings SET read_at = read_at + interval '1 day' WHERE name = 'clock'`);
    await read();
    expect(reads).toBe(2);
  });

  it('keep the later of two readings, although the earlier one ends last', async () => {
    const reading = new SharedReading(application.app.get(Pools));
    const { promise, resolve } = Promise.withResolvers<{ from: string }>();
    const begun = Promise.withResolvers<void>();
    const slow = reading.get('slow', 600, () => {
      begun.resolve();
      return promise;
    });
    await begun.promise;
    await sql(`UPDATE metric_readings SET read_at = read_at - interval '601 s' WHERE name = 'slow'`);
    await reading.get('slow', 600, () => Promise.resolve({ from: 'later' }));
    resolve({ from: 'earlier' });
    expect((await slow)?.readings).toEqual({ from: 'later' });
  });

  it('leave the metrics of the process when the database cannot be read', async () => {
    await sql(`ALTER TABLE metric_readings RENAME TO lost`);
    const exposed = await exposedBy(application.app);
    await sql(`ALTER TABLE lost RENAME TO metric_readings`);
    expect(exposed).toContain('contenthub_loop_running{loop="promoter"} 1');
    expect(namesOf(exposed)).toContain('contenthub_queue_tasks');
  });
});

describe('the ops port', () => {
  it.each(['api', 'worker', 'scheduler'])('exposes metrics in the role %s', async (role) => {
    const database = await createTestDatabase();
    const settings = loadSettings({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '2',
      APP_ROLES: role,
    });
    const module = await Test.createTestingModule({ imports: [AppModule.withRoles(settings.appRoles)] })
      .overrideProvider(Settings)
      .useValue(settings)
      .compile();
    const app = await module.init();
    const ops = new OpsServer(app.get(HealthService), app.get(MetricsService));
    const url = await ops.listen('127.0.0.1', 0);
    const answer = await fetch(`${url}/metrics`);
    const body = await answer.text();
    await ops.close();
    if (role === 'scheduler') await app.get(TaskScheduler).stop();
    if (role === 'worker') await app.get(TaskWorkerPool).drain({ tasksMs: 0 });
    await app.close();
    await database.drop();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toMatch(new RegExp(`^contenthub_build_info\\{version="[^"]+",roles="${role}",queue_driver="postgres"\\} 1$`, 'm'));
    expect(seriesOf(body).get('contenthub_queue_tasks{queue="default",state="ready"}') ?? 0).toBe(0);
  });
});

describe('docs/metrics.md', () => {
  it('lists every metric, and no other', () => {
    const listed = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    expect(listed.toSorted()).toEqual(namesOf(text).toSorted());
  });
});
