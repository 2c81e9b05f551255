import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { done } from '../../src/core/task/outcome.ts';
import { inTransaction, Pools, type TransactionClient } from '../../src/platform/database/pools.ts';
import { EventDispatcher } from '../../src/results/webhooks/event-dispatcher.ts';
import { EventWriter, type NewEvent } from '../../src/results/events/event-writer.ts';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import { ResultService } from '../../src/results/result.service.ts';
import { json, startStubService, status } from '../declared/stub-service.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
let receiver: Awaited<ReturnType<typeof startStubService>>;

beforeAll(async () => {
  receiver = await startStubService();
});
beforeEach(() => receiver.answer(json({})));
afterAll(() => receiver.close());

const APPROVED: NewEvent = {
  aggregateType: 'content',
  aggregateId: '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f',
  type: 'content.approved',
  payload: { reviewer: 'operator', note: 'a\0b' },
};
const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

const start = (slots?: number) =>
  harness.start({
    slots,
    loops: slots !== undefined,
    settings: { EGRESS_ALLOW_PRIVATE: receiver.host, PUBLIC_URL: 'https://hub.example.org' },
  });

async function addEndpoint(name: string, more: { types?: string[]; enabled?: boolean; url?: string } = {}): Promise<string> {
  const id = randomUUID();
  const { types = null, enabled = true, url = `${receiver.url}/${name}?key=canary` } = more;
  await harness.sql('INSERT INTO event_endpoints (id, name, url, types, enabled) VALUES ($1, $2, $3, $4, $5)', [
    id,
    name,
    url,
    types,
    enabled,
  ]);
  return id;
}

function write(engine: Engine, event: NewEvent, also?: (tx: TransactionClient) => Promise<unknown>): Promise<void> {
  return inTransaction(engine.get(Pools).engine, async (tx) => {
    await engine.get(EventWriter).write(tx, event);
    await also?.(tx);
  });
}

const states = () =>
  harness.sql<{ name: string; status: string; attempts: number }>(
    `SELECT n.name, s.status, s.attempts FROM delivery_states s JOIN event_endpoints n ON n.id = s.endpoint_id ORDER BY n.name`,
  );
const allDelivered = (count: number) =>
  waitFor(async () => (await states()).filter((state) => state.status === 'delivered').length === count, { what: `${count} deliveries` });

describe('an event', () => {
  it('is stored with the change that it describes, or not at all', async () => {
    const engine = await start();
    await expect(write(engine, APPROVED, (tx) => tx.query('SELECT 1 / 0', []))).rejects.toThrow('division by zero');
    expect(await harness.sql('SELECT id FROM events')).toEqual([]);
    await write(engine, APPROVED);
    expect(await harness.sql('SELECT aggregate_type, aggregate_id, type, payload FROM events')).toEqual([
      {
        aggregate_type: 'content',
        aggregate_id: APPROVED.aggregateId,
        type: 'content.approved',
        payload: { reviewer: 'operator', note: 'a\uFFFDb' },
      },
    ]);
  });

  it('has an id that rises with time', async () => {
    const engine = await start();
    for (let i = 0; i < 3; i++) {
      await write(engine, { ...APPROVED, payload: { i } });
      await harness.sql('SELECT pg_sleep(0.002)');
    }
    expect((await harness.sql<{ i: string }>(`SELECT payload ->> 'i' AS i FROM events ORDER BY id`)).map(({ i }) => i)).toEqual([
      '0',
      '1',
      '2',
    ]);
    expect(await harness.sql(`SELECT bool_and(substr(id::text, 15, 1) = '7') AS v7 FROM events`)).toEqual([{ v7: true }]);
  });

  it('is refused above 64 KiB, with its type in the message', async () => {
    const engine = await start();
    const large = (bytes: number) => write(engine, { ...APPROVED, payload: { text: 'x'.repeat(bytes - 11) } });
    await large(65_536);
    await expect(large(65_537)).rejects.toMatchObject({
      code: 'event_too_large',
      message: expect.stringContaining('content.approved is 65537 bytes'),
    });
  });

  it('of a task without effects is not written', async () => {
    const engine = await start();
    await addEndpoint('hook');
    await engine.get(ResultService).settle(await claimPlain(engine), done());
    expect(await harness.sql('SELECT id FROM events')).toEqual([]);
  });

  async function claimPlain(engine: Engine) {
    await engine.tasks.submit({
      name: 'deliver-event',
      params: { eventId: randomUUID(), endpointId: randomUUID() },
      createdBy: 't',
      trigger: 'api',
    });
    return engine.claim();
  }
});

describe('deliveries', () => {
  it('go to every enabled endpoint that wants the type, once each, as CloudEvents', async () => {
    const engine = await start(4);
    await addEndpoint('all');
    await addEndpoint('wants it', { types: ['content.created', 'content.approved'], url: `${receiver.url}/wants-it` });
    await addEndpoint('wants others', { types: ['content.created'] });
    await addEndpoint('off', { enabled: false });
    await write(engine, APPROVED);
    await addEndpoint('came later');
    const dispatchers = [start(), start()];
    await Promise.all(dispatchers.map(async (other) => (await other).get(EventDispatcher).dispatch()));
    await allDelivered(2);
    expect(await states()).toEqual([
      { name: 'all', status: 'delivered', attempts: 1 },
      { name: 'wants it', status: 'delivered', attempts: 1 },
    ]);
    const [event] = await harness.sql<{ id: string; created_at: Date }>('SELECT id, created_at FROM events');
    expect(receiver.received.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(['POST /all?key=canary', 'POST /wants-it']);
    for (const { headers, body } of receiver.received) {
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(JSON.parse(body)).toEqual({
        specversion: '1.0',
        id: event?.id,
        source: 'https://hub.example.org',
        type: 'contenthub.content.approved.v1',
        subject: `content/${APPROVED.aggregateId}`,
        time: event?.created_at.toISOString(),
        datacontenttype: 'application/json',
        data: { reviewer: 'operator', note: 'a\uFFFDb' },
      });
    }
    expect(await engine.get(EventDispatcher).dispatch()).toBe(0);
  });

  it('carry the trace of the work that wrote the event', async () => {
    const engine = await start(1);
    await addEndpoint('hook');
    await write(engine, { ...APPROVED, traceContext: TRACE });
    await engine.get(EventDispatcher).dispatch();
    await allDelivered(1);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ traceparent: TRACE });
  });

  it('go out for a batch whose tasks have all ended, once', async () => {
    const engine = await start(1);
    await addEndpoint('hook', { types: ['batch.done'] });
    const body = { name: 'nightly', tasks: [{ taskName: 'deliver-event', params: { eventId: randomUUID(), endpointId: randomUUID() } }] };
    const { batch } = await engine.get(BatchService).submit(body, { createdBy: 'key-1', idempotencyKey: null });
    const [item] = batch.items;
    expect((await engine.ended(item?.executionId ?? '')).status).toBe('cancelled');
    await engine.tasks.retry(item?.executionId ?? '', {}, 'operator');
    await engine.ended(item?.executionId ?? '');
    expect(await engine.get(EventDispatcher).dispatch()).toBe(1);
    await allDelivered(1);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      type: 'contenthub.batch.done.v1',
      subject: `batch/${batch.batchId}`,
      data: { name: 'nightly', total: 1, cancelled: 1 },
    });
  });

  it('are repeated by the engine, and end as failed when the receiver refuses', async () => {
    const engine = await start(2);
    await addEndpoint('hook');
    receiver.answer(status(404));
    await write(engine, APPROVED);
    await engine.get(EventDispatcher).dispatch();
    await harness.sql(`UPDATE tasks SET max_attempts = 1 WHERE name = 'deliver-event'`);
    await waitFor(async () => (await states())[0]?.status === 'failed', { what: 'the refusal' });
    const [failed] = await harness.sql<{ error_message: string }>('SELECT error_message FROM delivery_states');
    expect(failed).toEqual({ error_message: 'the endpoint hook answered 404' });

    receiver.answer(status(503, { 'retry-after': '1' }), json({}));
    await write(engine, APPROVED);
    await engine.get(EventDispatcher).dispatch();
    await allDelivered(1);
    expect((await states()).map(({ status: word, attempts }) => `${word} ${attempts}`).toSorted()).toEqual(['delivered 2', 'failed 1']);
  });

  it('to an endpoint that was disabled or deleted since are cancelled', async () => {
    const engine = await start();
    const [off, gone] = [await addEndpoint('off'), await addEndpoint('gone')];
    await write(engine, APPROVED);
    expect(await engine.get(EventDispatcher).dispatch()).toBe(2);
    await harness.sql('UPDATE event_endpoints SET enabled = false WHERE id = $1', [off]);
    await harness.sql('DELETE FROM event_endpoints WHERE id = $1', [gone]);
    const worker = await start(2);
    const ids = (await harness.sql<{ id: string }>(`SELECT id FROM tasks WHERE name = 'deliver-event'`)).map(({ id }) => id);
    for (const id of ids) expect((await worker.ended(id)).status).toBe('cancelled');
    expect(receiver.received).toEqual([]);
  });

  it('wait for the next round when their tasks could not be stored', async () => {
    const engine = await start();
    await addEndpoint('hook');
    await write(engine, APPROVED);
    await harness.sql(`ALTER TABLE tasks ADD CONSTRAINT no_tasks CHECK (name <> 'deliver-event')`);
    await expect(engine.get(EventDispatcher).dispatch()).rejects.toThrow('no_tasks');
    await harness.sql('ALTER TABLE tasks DROP CONSTRAINT no_tasks');
    expect(await states()).toEqual([{ name: 'hook', status: 'pending', attempts: 0 }]);
    expect(await engine.get(EventDispatcher).dispatch()).toBe(1);
    expect(await harness.sql('SELECT count(*)::int AS n FROM deliveries d JOIN tasks t ON t.id = d.task_id')).toEqual([{ n: 1 }]);
  });
});
