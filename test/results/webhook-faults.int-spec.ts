import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { generateWebhookSecret } from '../../src/platform/egress/standard-webhook.ts';
import { inTransaction, Pools } from '../../src/platform/database/pools.ts';
import { EventWriter } from '../../src/results/events/event-writer.ts';
import { EventDispatcher } from '../../src/results/webhooks/event-dispatcher.ts';
import { WebhookService } from '../../src/results/webhooks/webhook.service.ts';
import { json, type ReceivedRequest, type Reply, startStubService, status } from '../declared/stub-service.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
/** One that works, and one with faults. */
let good: Awaited<ReturnType<typeof startStubService>>;
let bad: Awaited<ReturnType<typeof startStubService>>;

beforeAll(async () => {
  [good, bad] = await Promise.all([startStubService(), startStubService()]);
});
beforeEach(() => good.answer(json({})));
afterAll(() => Promise.all([good.close(), bad.close()]));

const CHUNK = Buffer.alloc(65_536, 'x');
const GIGABYTE = 2 ** 30;

const hang: Reply = () => undefined;

/** Sends up to 1 GB for as long as the other side reads; `sent` counts it. */
function flood(code: number): { reply: Reply; sent: () => number } {
  let sent = 0;
  const reply: Reply = (response) => {
    response.writeHead(code, { 'content-type': 'text/plain' }).on('error', () => undefined);
    const push = (): void => {
      while (sent < GIGABYTE && !response.destroyed) {
        sent += CHUNK.length;
        if (!response.write(CHUNK)) return void response.once('drain', push);
      }
    };
    push();
  };
  return { reply, sent: () => sent };
}

async function start(settings: Record<string, string> = {}): Promise<Engine> {
  const allowed = { EGRESS_ALLOW_PRIVATE: `${good.host},${bad.host}` };
  return harness.start({ slots: 4, loops: true, settings: { ...allowed, ...settings } });
}

const SECRET = generateWebhookSecret();

async function addEndpoint(name: string, url: string): Promise<string> {
  const id = randomUUID();
  await harness.sql('INSERT INTO event_endpoints (id, name, url, timeout_ms) VALUES ($1, $2, $3, 400)', [id, name, url]);
  await harness.sql('INSERT INTO webhook_secrets (id, endpoint_id, secret) VALUES ($1, $2, $3)', [randomUUID(), id, SECRET]);
  return id;
}

/** Writes events, and submits their deliveries. */
async function write(engine: Engine, count = 1): Promise<void> {
  const { engine: pool } = engine.get(Pools);
  for (let i = 0; i < count; i++) {
    const event = { aggregateType: 'content', aggregateId: randomUUID(), type: 'content.created', payload: { i } };
    await inTransaction(pool, (tx) => engine.get(EventWriter).write(tx, event));
  }
  while ((await engine.get(EventDispatcher).dispatch()) > 0);
}

const statusesOf = async (id: string): Promise<string[]> =>
  (await harness.sql<{ status: string }>('SELECT status FROM delivery_states WHERE endpoint_id = $1', [id])).map((row) => row.status);
/** Does not wait for the backoff. */
const retryNow = () => harness.sql(`UPDATE tasks SET run_at = app_clock() WHERE name = 'deliver-event' AND status = 'pending'`);
const delivered = (id: string, count: number) =>
  waitFor(
    async () => {
      await retryNow();
      return (await statusesOf(id)).filter((one) => one === 'delivered').length === count;
    },
    { what: `${count} deliveries` },
  );
const attemptsOf = (id: string) =>
  harness.sql<{ status: number | null; error_code: string | null; excerpt: string | null; duration_ms: number }>(
    'SELECT status, error_code, excerpt, duration_ms FROM delivery_attempts WHERE endpoint_id = $1 ORDER BY id',
    [id],
  );
const attempted = (id: string, count: number) =>
  waitFor(async () => (await attemptsOf(id)).length >= count && attemptsOf(id), { what: `${count} attempts` });
const distinct = (received: readonly ReceivedRequest[], header: string): Set<unknown> =>
  new Set(received.map(({ headers }) => headers[header]));

describe('an endpoint with faults', () => {
  it.each<[string, () => Reply, number | null, string]>([
    ['that answers 500', () => status(500), 500, 'http_500'],
    ['that answers 404', () => status(404), 404, 'http_404'],
    ['that never answers', () => hang, null, 'timeout'],
    [
      'that redirects to the metadata of the machine',
      () => status(302, { location: 'http://169.254.169.254/latest' }),
      302,
      'forbidden_redirect',
    ],
    ['that redirects to another address', () => status(307, { location: `${good.url}/stolen` }), 307, 'forbidden_redirect'],
    ['that sends 1 GB with a 500', () => flood(500).reply, 500, 'http_500'],
    ['that closes the connection', () => (response) => void response.destroy(), null, 'connection_failed'],
  ])('%s gets the event again, with one webhook-id, and others get theirs', async (_, fault, answered, code) => {
    const engine = await start();
    const [faulty, working] = [await addEndpoint('faulty', `${bad.url}/in`), await addEndpoint('working', `${good.url}/in`)];
    bad.answer(fault(), json({ taken: true }));
    await write(engine);
    await delivered(working, 1);
    await delivered(faulty, 1);
    expect(await attemptsOf(faulty)).toMatchObject([
      { status: answered, error_code: code },
      { status: 200, error_code: null, excerpt: '{"taken":true}' },
    ]);
    expect(bad.received.length).toBe(2);
    expect(good.received.map(({ url }) => url)).toEqual(['/in']);
    const [event] = await harness.sql<{ id: string }>('SELECT id FROM events');
    expect(distinct([...bad.received, ...good.received], 'webhook-id')).toEqual(new Set([event?.id]));
    for (const { headers, body } of bad.received) {
      expect(() => new Webhook(SECRET).verify(body, headers as Record<string, string>)).not.toThrow();
    }
  });

  it('that answers 200 with 1 GB has the event; its answer is cut after 1,000 bytes', async () => {
    const engine = await start();
    const id = await addEndpoint('flood', `${bad.url}/in`);
    const { reply, sent } = flood(200);
    bad.answer(reply);
    await write(engine);
    await delivered(id, 1);
    const [attempt] = await attemptsOf(id);
    expect([attempt?.status, attempt?.excerpt?.length]).toEqual([200, 1_000]);
    expect(sent()).toBeLessThan(GIGABYTE / 16); // what the sockets of both sides hold
  });

  it('hangs with three deliveries at most, and delays no other', async () => {
    const engine = await start();
    const [dead, working] = [await addEndpoint('dead', `${bad.url}/in`), await addEndpoint('working', `${good.url}/in`)];
    await harness.sql('UPDATE event_endpoints SET timeout_ms = 300000 WHERE id = $1', [dead]);
    let open = 0;
    let most = 0;
    bad.answer((response) => {
      most = Math.max(most, (open += 1));
      response.once('close', () => (open -= 1));
    });
    await write(engine, 20); // the worker has 4 slots
    await delivered(working, 20);
    expect([open, most]).toEqual([3, 3]);
    expect(good.received.length).toBe(20);
    expect((await statusesOf(dead)).filter((one) => one === 'delivered')).toEqual([]);
  });

  it('that is paused keeps its events, which are sent when it is resumed', async () => {
    const engine = await start();
    const [id, working] = [await addEndpoint('paused', `${bad.url}/in`), await addEndpoint('working', `${good.url}/in`)];
    const service = engine.get(WebhookService);
    await service.pause(await service.get(id), 'key:01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f:ops');
    bad.answer(json({}));
    await write(engine, 3);
    await delivered(working, 3);
    expect([await statusesOf(id), bad.received.length]).toEqual([['pending', 'pending', 'pending'], 0]);
    expect(await harness.sql(`SELECT FROM tasks WHERE params ->> 'endpointId' = $1`, [id])).toEqual([]);
    expect(await service.resume(await service.get(id))).toMatchObject({ pausedAt: null, failures: 0 });
    expect(await engine.get(EventDispatcher).dispatch()).toBe(3);
    await delivered(id, 3);
  });
});

describe('the pause of an endpoint', () => {
  it('comes by itself after five days of failures, once, with an event; its open deliveries wait', async () => {
    const engine = await start();
    const id = await addEndpoint('old', `${bad.url}/in`);
    const watcher = await addEndpoint('watcher', `${good.url}/watch`);
    await harness.sql(`UPDATE event_endpoints SET types = '{webhook.*}' WHERE id = $1`, [watcher]);
    await harness.sql(`UPDATE event_endpoints SET failures = 20, failing_since = app_clock() - interval '121 hours' WHERE id = $1`, [id]);
    bad.answer(status(500));
    await write(engine, 2);
    const service = engine.get(WebhookService);
    await waitFor(async () => (await service.get(id)).pausedReason === 'failing', { what: 'the pause' });
    await engine.get(EventDispatcher).dispatch();
    await delivered(watcher, 1);
    expect(JSON.parse(good.received[0]?.body ?? '')).toMatchObject({
      type: 'contenthub.webhook.paused.v1',
      subject: `webhook/${id}`,
      data: { webhookId: id, name: 'old', reason: 'failing' },
    });
    await waitFor(
      async () => {
        await retryNow();
        const rows = await harness.sql('SELECT FROM deliveries WHERE endpoint_id = $1 AND task_id IS NULL', [id]);
        return rows.length >= 2;
      },
      { what: 'the deliveries to wait without tasks' },
    );
    bad.answer(json({}));
    await service.resume(await service.get(id));
    while ((await engine.get(EventDispatcher).dispatch()) > 0);
    await delivered(id, 3); // with webhook.paused, which waited too
    expect(await service.get(id)).toMatchObject({ failures: 0, failingSince: null, pausedAt: null });
    expect(await harness.sql(`SELECT FROM events WHERE type = 'webhook.paused'`)).toHaveLength(1);
  });

  it.each([
    ['after a success within the five days', `failures = 20, failing_since = app_clock() - interval '119 hours'`, {}],
    [
      'with WEBHOOK_PAUSE_AFTER_HOURS=0',
      `failures = 20, failing_since = app_clock() - interval '9000 hours'`,
      { WEBHOOK_PAUSE_AFTER_HOURS: '0' },
    ],
  ])('does not come %s', async (_, columns, settings) => {
    const engine = await start(settings);
    const id = await addEndpoint('old', `${bad.url}/in`);
    await harness.sql(`UPDATE event_endpoints SET ${columns} WHERE id = $1`, [id]);
    bad.answer(status(500));
    await write(engine);
    await attempted(id, 1);
    expect(await engine.get(WebhookService).get(id)).toMatchObject({ pausedAt: null });
    bad.answer(json({}));
    await delivered(id, 1);
    expect(await engine.get(WebhookService).get(id)).toMatchObject({ failures: 0, failingSince: null });
  });

  it('comes at once after 410', async () => {
    const engine = await start();
    const id = await addEndpoint('gone', `${bad.url}/in`);
    bad.answer(status(410));
    await write(engine);
    await attempted(id, 1);
    const paused = async () => (await engine.get(WebhookService).get(id)).pausedReason;
    expect(await waitFor(paused, { what: 'the pause' })).toBe('gone');
  });

  it('ends no delivery that was resumed in between: its task sends it', async () => {
    const engine = await harness.start({ settings: { EGRESS_ALLOW_PRIVATE: bad.host } });
    const id = await addEndpoint('hook', `${bad.url}/in`);
    bad.answer(json({}));
    await write(engine);
    const service = engine.get(WebhookService);
    await service.pause(await service.get(id), 'system');
    await service.resume(await service.get(id));
    await start();
    await delivered(id, 1);
    expect(await attemptsOf(id)).toHaveLength(1);
  });
});

describe('a task of a delivery', () => {
  it('that was replaced by another one sends nothing', async () => {
    const engine = await harness.start({ settings: { EGRESS_ALLOW_PRIVATE: bad.host } });
    const id = await addEndpoint('hook', `${bad.url}/in`);
    bad.answer(json({}));
    await write(engine);
    await harness.sql('UPDATE deliveries SET task_id = NULL WHERE endpoint_id = $1', [id]);
    await engine.get(EventDispatcher).dispatch();
    const tasks = await harness.sql<{ id: string }>(`SELECT id FROM tasks WHERE name = 'deliver-event' ORDER BY id`);
    const worker = await start();
    const ended = await Promise.all(tasks.map((task) => worker.ended(task.id)));
    expect(ended.map((task) => task.status)).toEqual(['cancelled', 'completed']);
    expect(bad.received.length).toBe(1);
  });
});
