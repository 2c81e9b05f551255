import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpsServer } from '../../src/app/ops/ops-server.ts';
import { HealthService } from '../../src/monitoring/health/health.service.ts';
import { MetricsService } from '../../src/monitoring/metrics/metrics.service.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { Draining } from '../../src/platform/lifecycle/drain.ts';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';
import type { LoopState } from '../../src/platform/lifecycle/loop-record.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

let application: TestApplication;
let ops: OpsServer;
let url: string;

const opsServer = () => new OpsServer(application.app.get(HealthService), application.app.get(MetricsService));

beforeAll(async () => {
  application = await startApplication({ settings: { APP_ROLES: 'api,worker,scheduler' } });
  ops = opsServer();
  url = await ops.listen('127.0.0.1', 0);
});
afterAll(async () => {
  await ops.close();
  await application.close();
});

interface Details {
  status: string;
  loops: LoopState[];
}
const get = (path: string) => fetch(`${url}${path}`);
const details = async () => (await (await get('/health')).json()) as Details;

describe('the ops port', () => {
  it('shows every loop of the process with its last success', async () => {
    const expected = ['agent-leases', 'claims of default', 'claims of quarantine', 'cleaner', 'database-probe', 'event-feed'];
    expected.push('external-work', 'lease-heartbeat', 'log-feed', 'process-agent', 'promoter', 'rescuer', 'sweeper', 'wake-up-listener');
    const succeeded = async () => {
      const { loops } = await details();
      const missing = expected.filter((name) => loops.find((loop) => loop.name === name)?.lastSuccessAt == null);
      return missing.join() === 'agent-leases' && loops; // it starts with the first agent
    };
    const loops = await waitFor(succeeded, { what: 'a success of each loop' });
    expect(loops.map(({ name }) => name)).toEqual(expect.arrayContaining(expected));
    expect(loops.find(({ name }) => name === 'promoter')).toEqual({
      name: 'promoter',
      intervalMs: 250,
      lateAfterMs: 15_000,
      running: true,
      lastStartAt: expect.any(String),
      lastSuccessAt: expect.any(String),
      lastErrorAt: null,
      lastError: null,
      consecutiveErrors: 0,
      latenessSeconds: expect.any(Number),
      late: false,
      stuck: false,
    });
    expect(loops.filter(({ late, stuck }) => late || stuck)).toEqual([]);
  });

  it('is degraded, but ready and alive, while a loop is late', async () => {
    await waitFor(async () => (await get('/health')).ok, { what: 'a first probe of the database' });
    const record = application.app.get(LoopRegistry).track({ name: 'test', intervalMs: 1, lateAfterMs: 1 });
    record.started();
    const late = await waitFor(async () => ((answer) => answer.status === 'degraded' && answer)(await details()), { what: 'a late loop' });
    expect(late.loops.find(({ name }) => name === 'test')).toMatchObject({ late: true, stuck: false });
    expect([(await get('/health')).status, (await get('/health/ready')).status, (await get('/health/live')).status]).toEqual([
      200, 200, 200,
    ]);
    record.stopped();
    expect((await details()).status).toBe('ok');
  });

  it('has the reports of the API', async () => {
    const answer = await get('/health/ready');
    expect([answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual(['no-store', 'application/json']);
    expect(await answer.json()).toMatchObject({ status: 'ok', info: { database: { status: 'up' }, queue: { driver: 'postgres' } } });
    expect((await get('/health/startup')).status).toBe(200);
  });

  it('answers what it does not have with a problem', async () => {
    const [missing, posted] = await Promise.all([get('/tasks'), fetch(`${url}/health`, { method: 'POST' })]);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect([posted.status, ((await posted.json()) as { code: string }).code]).toEqual([405, 'method_not_allowed']);
  });

  it('takes the next free port when its own is taken', async () => {
    const port = await freePort();
    const [first, second] = [opsServer(), opsServer()];
    const urls = [await first.listen('127.0.0.1', port), await second.listen('127.0.0.1', port)];
    const ports = urls.map((one) => Number(new URL(one).port));
    expect(ports[0]).toBe(port);
    expect(ports[1]).toBeGreaterThan(port);
    expect((await fetch(`${urls[1]}/health/live`)).status).toBe(200);
    await Promise.all([first.close(), second.close()]);
  });

  it('is down and not ready while the process drains', async () => {
    application.app.get(Draining).begin();
    expect(await details()).toMatchObject({ status: 'down', draining: true });
    expect([(await get('/health')).status, (await get('/health/ready')).status, (await get('/health/live')).status]).toEqual([
      503, 503, 200,
    ]);
  });
});
