import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HealthReportService } from '../../src/monitoring/report/health-report.service.ts';
import type { FullHealthReport, HealthCheckView } from '../../src/monitoring/report/health-report.view.ts';
import { QueueService } from '../../src/tasks/queues/queue.service.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type Report = Wire<FullHealthReport>;
type Check = Wire<HealthCheckView>;

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ settings: { METRICS_INTERVAL: '1' } });
});
afterAll(() => server.close());

const report = async (): Promise<Report> => (await server.http<Report>('GET', '/monitor/report')).body;
const seen = (name: string, status: string): Promise<Check> =>
  waitFor(async () => (await report()).checks.find((check) => check.name === name && check.status === status), {
    what: `${name}: ${status}`,
  });

describe('the report of the health', () => {
  it('has at least 15 named checks of the process and of the installation', async () => {
    await seen('workers.online', 'ok');
    const { checks } = await report();
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    expect(checks.length).toBeGreaterThanOrEqual(15);
    expect(checks.filter(({ status, action }) => status === 'ok' && action !== null)).toEqual([]);
  });

  it('says since when something is degraded and what to do, while the process stays ready', async () => {
    await seen('queues.paused', 'ok');
    await server.app.get(QueueService).pause('default', 'test');
    const paused = await seen('queues.paused', 'degraded');
    expect(paused).toMatchObject({ detail: 'paused: default', action: expect.stringContaining('contenthub queue resume') });
    expect((await report()).status).not.toBe('ok');
    expect((await server.http('GET', '/health/ready')).status).toBe(200);

    const { storedAt: before } = await stored();
    await waitFor(async () => (await stored()).storedAt > before, { what: 'a later reading' });
    await server.app.get(HealthReportService).refresh();
    expect((await seen('queues.paused', 'degraded')).since).toBe(paused.since);

    const { code, stdout } = await runCli(['doctor'], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
    expect(stdout).toMatch(/! queues\.paused +paused: default, since \d{4}-/);
    expect(stdout).toContain('contenthub queue resume');
    expect([0, 1]).toContain(code);

    await server.app.get(QueueService).resume('default', 'test');
    expect((await seen('queues.paused', 'ok')).since > paused.since).toBe(true);
  });
});

async function stored(): Promise<{ storedAt: number }> {
  const [row] = await server.sql<{ storedAt: number }>(
    `SELECT extract(epoch FROM stored_at)::float8 AS "storedAt" FROM metric_readings WHERE name = 'health-report'`,
  );
  return row ?? { storedAt: 0 };
}
