import { beforeEach, describe, expect, it } from '@jest/globals';
import { useCreator } from './creator-server.ts';
import { startCreator } from './run-cli.ts';
import { execution } from './samples.ts';

const { stub, creator } = useCreator();

describe('monitor', () => {
  const QUEUE = { name: 'content<b>', paused: true, pending: 4, submitted: 3, running: 2, oldestWaitingMs: 61_000, slots: 3 };
  beforeEach(() => {
    stub.server.on('GET /queues', { body: { items: [QUEUE] } });
    stub.server.on('GET /monitor/stats', { body: { items: [{ completed: 9, failed: 1, timeout: 1 }] } });
    stub.server.on('GET /monitor/metrics', { body: { workersOnline: 2 } });
    stub.server.on('GET /monitor/health', { body: { status: 'warning', problems: ['The backlog is 51.'] } });
    stub.server.on('GET /monitor/recent', { body: { items: [execution({ queue: 'content' })] } });
  });

  async function started() {
    const monitor = startCreator(['monitor', 'start', '-p', '0', '--json'], { env: stub.env });
    await monitor.stdout.until('"url"');
    const { url } = JSON.parse(monitor.stdout.text) as { url: string };
    return {
      get: (path: string, init?: RequestInit) => fetch(url + path, { redirect: 'manual', ...init }),
      url,
      [Symbol.asyncDispose]: async () => {
        monitor.interrupt();
        expect(await monitor.exit).toBe(0);
      },
    };
  }

  it('serves the board, statistics and health, and no key', async () => {
    await using monitor = await started();
    const stats = (await (await monitor.get('/api/stats')).json()) as object;
    expect(stats).toMatchObject({
      success: true,
      data: { waiting: 3, active: 2, delayed: 4, completed: 9, failed: 2, workers: 2, queues: [{ name: 'content<b>', paused: true }] },
    });
    expect(await (await monitor.get('/health')).json()).toMatchObject({ status: 'ok', server: { status: 'warning' } });
    expect((await monitor.get('/')).headers.get('location')).toBe('/admin/queues');
    const page = await monitor.get('/admin/queues');
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('<td>content&lt;b&gt; (paused)</td><td class="n">3</td><td class="n">2</td><td class="n">4</td>');
    expect(html).toContain('The backlog is 51.');
    expect(html + JSON.stringify(stats)).not.toMatch(/key\b|Bearer|<script|<form/);
  });

  it('is read only, and answers no other name than its own', async () => {
    await using monitor = await started();
    expect((await monitor.get('/api/stats', { method: 'POST' })).status).toBe(405);
    expect((await monitor.get('/elsewhere')).status).toBe(404);
    const { request } = await import('node:http');
    const foreign = await new Promise<number>((resolve) => {
      request(`${monitor.url}/api/stats`, { headers: { host: 'attacker.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).end();
    });
    expect(foreign).toBe(403);
    expect(stub.server.received.map(({ method }) => method)).not.toContain('POST');
  });

  it('says so when the server is away', async () => {
    await using monitor = await started();
    await stub.server.stop();
    expect((await monitor.get('/health')).status).toBe(503);
    expect(await (await monitor.get('/admin/queues')).text()).toContain('cannot be read');
  });

  it('says so when the port is taken', async () => {
    await using monitor = await started();
    const { port } = new URL(monitor.url);
    const { code, stderr } = await creator('monitor', '-p', port);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`)]);
  });
});
