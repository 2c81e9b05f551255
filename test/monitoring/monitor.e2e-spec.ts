import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import type {
  DaysView,
  FailureGroupsView,
  MonitorHealthView,
  MonitorMetricsView,
  PendingView,
  RecentView,
  ThroughputView,
} from '../../src/monitoring/monitor/monitor.view.ts';
import { QueueService } from '../../src/tasks/queues/queue.service.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type TestHandler, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

const handlers: TestHandler[] = [
  { name: 'good', handle: () => Promise.resolve({}) },
  { name: 'busy', maxAttempts: 1, handle: () => Promise.reject(new TaskFailure('transient', 'the provider is busy', 'provider_busy')) },
  { name: 'broken', maxAttempts: 1, handle: () => Promise.reject(new TaskFailure('invalid_input', 'no such column', 'column_missing')) },
];

let server: TestApplication;
let pending: string;
beforeAll(async () => {
  server = await startApplication({ handlers });
  const queues = server.app.get(QueueService);
  for (const name of ['good', 'good', 'busy', 'busy', 'broken']) await queues.add(name);
  pending = (await queues.addDelayed('good', undefined, 3_600_000)).id;
  const counted = ({ today }: Wire<MonitorMetricsView>): boolean => today.submitted === 6 && today.completed === 2 && today.failed === 3;
  await waitFor(async () => counted(await get<MonitorMetricsView>('metrics')), { what: 'the statistics of all tasks' });
});
afterAll(() => server.close());

const get = async <View>(path: string): Promise<Wire<View>> => (await server.http<Wire<View>>('GET', `/monitor/${path}`)).body;
const failures = async (query = '') => (await get<FailureGroupsView>(`failed${query}`)).items;

describe('the task monitor', () => {
  it('shows live tasks and the numbers of today and of a week', async () => {
    const metrics = await waitFor(async () => ((view) => view.workersOnline === 1 && view)(await get<MonitorMetricsView>('metrics')), {
      what: 'the heartbeat of the worker',
    });
    expect(metrics).toMatchObject({ pending: 1, ready: 0, running: 0, successRate: 0.4, today: { submitted: 6, completed: 2, failed: 3 } });
    expect(metrics.week).toMatchObject({ submitted: 6, completed: 2, failed: 3 });
  });

  it('shows the throughput in buckets, of a name and of a queue', async () => {
    const sums = async (query: string) => {
      const { items, stepSeconds } = await get<ThroughputView>(`throughput?${query}`);
      const sum = (of: 'submitted' | 'completed' | 'failed') => items.reduce((total, bucket) => total + bucket[of], 0);
      return { buckets: items.length, stepSeconds, submitted: sum('submitted'), completed: sum('completed'), failed: sum('failed') };
    };
    expect(await sums('since=PT1H&step=PT1M')).toMatchObject({ stepSeconds: 60, submitted: 6, completed: 2, failed: 3 });
    expect(await sums('')).toMatchObject({ stepSeconds: 900, submitted: 6 });
    expect(await sums('taskName=busy')).toMatchObject({ submitted: 2, completed: 0, failed: 2 });
    expect(await sums('queue=other')).toMatchObject({ submitted: 0 });
    expect(await sums('since=P2D&until=P1D')).toMatchObject({ submitted: 0 });
  });

  it.each([
    ['since=PT1H&step=PT90S', '/step'],
    ['since=P7D&step=PT1M', '/step'],
    ['since=P40D', '/since'],
    ['since=PT1H&until=PT2H', '/until'],
  ])('rejects the throughput of %s', async (query, pointer) => {
    const { status, body } = await server.http<{ errors: { pointer: string }[] }>('GET', `/monitor/throughput?${query}`);
    expect([status, body.errors[0]?.pointer]).toEqual([400, pointer]);
  });

  it('groups failures by their cause', async () => {
    expect(await failures()).toMatchObject([
      { count: 2, taskName: 'busy', code: 'provider_busy', class: 'transient', message: 'the provider is busy', names: 1 },
      { count: 1, taskName: 'broken', code: 'column_missing' },
    ]);
    expect(await failures('?taskName=broken')).toHaveLength(1);
    expect(await failures('?limit=1')).toHaveLength(1);
    expect(await failures('?hours=1')).toHaveLength(2);
  });

  it('lists the newest and the waiting executions', async () => {
    const { items } = await get<RecentView>('recent?limit=2');
    expect(items.map(({ taskName }) => taskName)).toEqual(['good', 'broken']);
    expect((await get<PendingView>('pending')).items).toMatchObject([
      { executionId: pending, taskName: 'good', status: 'pending', waitingMs: null, openDependencies: 0 },
    ]);
  });

  it('has a row for each day, the newest first', async () => {
    const { items } = await get<DaysView>('stats?days=3');
    expect(items).toHaveLength(3);
    expect(items[0]).toMatchObject({ submitted: 6, completed: 2, failed: 3 });
    expect(items[2]).toMatchObject({ submitted: 0, completed: 0, averageRunMs: null });
    expect((await get<DaysView>('stats?days=1&taskName=busy')).items).toMatchObject([{ submitted: 2, failed: 2 }]);
    expect((await server.http('GET', '/monitor/stats?days=0')).status).toBe(400);
  });

  it('is unhealthy above 20 % failures', async () => {
    expect(await get<MonitorHealthView>('health')).toMatchObject({
      status: 'unhealthy',
      failureRate: 0.6,
      timeoutRate: 0,
      problems: expect.arrayContaining([{ code: 'failure_rate', status: 'unhealthy', value: 0.6, threshold: 0.2 }]),
    });
  });

  it.each([
    ['metrics', /Success rate\s+0.4/],
    ['recent', /good/],
    ['failed', /provider_busy/],
    ['pending', /good/],
    ['stats', /\d{4}-\d{2}-\d{2}/],
    ['health', /unhealthy/],
  ])('contenthub monitor %s prints it', async (name, text) => {
    const { code, stdout } = await runCli(['monitor', name], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
    expect([code, stdout]).toEqual([0, expect.stringMatching(text)]);
  });
});
