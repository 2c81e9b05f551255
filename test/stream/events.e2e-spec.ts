import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { Settings } from '../../src/platform/config/settings.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import type { ExecutionEvent } from '../../src/monitoring/events/execution-event.ts';
import { SELECT_EVENTS, SELECT_PROGRESS, SELECT_RESUMABLE } from '../../src/engine/inspection/transition-feed.sql.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { TaskService } from '../../src/tasks/service/task.service.ts';
import { startApplication, type TestApplication, type TestHandler, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { SseClient } from './sse-client.ts';

type Event = Wire<ExecutionEvent>;

const gates = new Map<string, () => void>();
const handlers: TestHandler[] = [
  { name: 'quick', handle: () => Promise.resolve({}) },
  {
    name: 'slow',
    async handle({ progress, params }: TaskContext) {
      const { gate } = params as { gate: string };
      await new Promise<void>((ok) => gates.set(gate, ok));
      progress(30, 'draft');
      await new Promise<void>((ok) => gates.set(gate, ok));
    },
  },
];

let server: TestApplication;
let second: TestApplication;
let clients: SseClient[] = [];

beforeAll(async () => {
  server = await startApplication({ handlers });
  second = await startApplication({ handlers, settings: { DATABASE_URL: server.app.get(Settings).databaseUrl ?? '' } });
});
afterEach(() => {
  for (const client of clients) client.cut();
  clients = [];
});
afterAll(async () => {
  await second.close();
  await server.close();
});

async function open(options: { lastEventId?: string; from?: TestApplication; key?: string } = {}): Promise<SseClient> {
  const { lastEventId, from = server, key = await server.keyOf('viewer') } = options;
  const client = await SseClient.open(`${from.url}/events?topics=executions`, { key, lastEventId });
  clients.push(client);
  return client;
}

async function run(name: string, params: object = {}): Promise<string> {
  const { body } = await server.http<Wire<ExecutionView>>('POST', `/tasks/${name}/execute/api`, { params });
  return body.executionId;
}

const ended = (id: string) => (data: Record<string, unknown>) => data.executionId === id && data.status === 'completed';
/** The stored events, as `id/version`. */
const eventKeys = (client: SseClient): string[] =>
  client
    .named<Event>('execution')
    .filter(({ id }) => id !== undefined)
    .map(({ data }) => `${data.executionId}/${data.version}`);

/** Every transition, as `id/version`, sorted. */
async function stored(): Promise<string[]> {
  const rows = await server.sql<{ key: string }>(`SELECT task_id || '/' || version AS key FROM task_audit`);
  return rows.map(({ key }) => key).toSorted();
}

describe('the statements', () => {
  it.each(Object.entries({ SELECT_EVENTS, SELECT_RESUMABLE, SELECT_PROGRESS }))('%s fits the schema', async (name, text) => {
    expect(await server.sql(`PREPARE p_${name} AS ${text}`)).toEqual([]);
  });
});

describe('the event stream', () => {
  it('sends each transition of a task with its new state', async () => {
    const client = await open();
    await client.until('ready');
    const gate = randomUUID();
    const id = await run('slow', { gate });
    await client.until('execution', ({ status }) => status === 'running');
    (await waitFor(() => Promise.resolve(gates.get(gate)), { what: 'the handler' }))();
    await client.until('execution', ({ progress }) => progress === 30);
    gates.get(gate)?.();
    await client.until('execution', ended(id));
    const mine = client.named<Event>('execution').filter(({ data }) => data.executionId === id);
    expect(mine.filter((event) => event.id !== undefined).map(({ data }) => [data.version, data.status, data.phase, data.attempt])).toEqual(
      [
        [1, 'submitted', 'ready', 0],
        [2, 'running', 'running', 1],
        [3, 'completed', null, 1],
      ],
    );
    expect(mine.find((event) => event.id === undefined)?.data).toMatchObject({
      status: 'running',
      phase: 'running',
      progress: 30,
      step: 'draft',
      version: 2,
    });
    expect(mine.at(-1)?.data).toEqual({
      executionId: id,
      taskName: 'slow',
      status: 'completed',
      phase: null,
      attempt: 1,
      progress: 100,
      step: null,
      version: 3,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      queue: 'default',
      subject: null,
      errorCode: null,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      finishedAt: mine.at(-1)?.data.at,
    });
  });

  it('continues where it was cut, in any process, without a gap or a repeat', async () => {
    const [first] = [await open()];
    const before = await stored();
    await (first as SseClient).until('ready');
    const many = Array.from({ length: 300 }, () => ({ name: 'quick', createdBy: 'test', trigger: 'api' as const }));
    const submitting = server.app.get(TaskService).submitMany(many);
    const cutter = async (seed: number): Promise<string[]> => {
      const seen: string[] = [];
      let lastEventId = first?.lastId;
      for (let cuts = 1; seen.length < 900; cuts++) {
        const client = await open({ from: cuts % 2 ? server : second, lastEventId, key: keys[seed] });
        const enough = 1 + (((seed + 1) * cuts * 53) % 120);
        await client.when(() => eventKeys(client).length >= Math.min(enough, 900 - seen.length) || undefined, 'events');
        client.cut();
        lastEventId = client.lastId;
        seen.push(...eventKeys(client));
      }
      return seen;
    };
    const keys = await Promise.all([server.keyOf('viewer'), server.keyOf('viewer'), server.keyOf('viewer')]);
    const [a, b, c] = await Promise.all([cutter(0), cutter(1), cutter(2), submitting]);
    const fresh = (await stored()).filter((key) => !before.includes(key));
    expect(fresh).toHaveLength(900);
    for (const seen of [a, b, c]) {
      expect(seen.toSorted()).toEqual(fresh);
      expect(seen).toEqual(a);
      const versions = Map.groupBy(seen, (key) => key.split('/')[0]);
      for (const keysOfOne of versions.values()) expect(keysOfOne.map((key) => key.split('/')[1])).toEqual(['1', '2', '3']);
    }
  });

  it('skips nothing when an older transaction commits last', async () => {
    const client = await open();
    await client.until('ready');
    const pool = server.app.get(Pools).api;
    const [early, late] = [await pool.connect(), await pool.connect()];
    try {
      const [a, b] = [await insertWithin(early), await insertWithin(late)];
      await late.query('COMMIT');
      const [c] = [await run('quick')]; // later still, and committed
      const quiet = await open();
      await quiet.until('ready');
      await new Promise((ok) => setTimeout(ok, 300)); // the time in which an event could be skipped
      expect(eventKeys(client)).toEqual([]);
      await early.query('COMMIT');
      await client.until('execution', ended(c));
      expect(eventKeys(client).filter((key) => [a, b, c].includes(key.slice(0, 36)))).toEqual([
        `${a}/1`,
        `${b}/1`,
        ...eventKeys(client).filter((key) => key.startsWith(c)),
      ]);
      await quiet.until('execution', ended(c));
      expect(eventKeys(quiet)).toEqual(expect.arrayContaining([`${a}/1`, `${b}/1`])); // committed, but not sent yet
    } finally {
      early.release();
      late.release();
    }
  });

  it('delays nothing for a transaction that is rolled back', async () => {
    const client = await open();
    await client.until('ready');
    const doomed = await server.app.get(Pools).api.connect();
    const a = await insertWithin(doomed);
    const b = await run('quick');
    await doomed.query('ROLLBACK');
    doomed.release();
    await client.until('execution', ended(b));
    expect(eventKeys(client).some((key) => key.startsWith(a))).toBe(false);
  });

  it.each([
    ['older than a day', (id: string) => id.replace(/\d+$/, (at) => String(Number(at) - 86_500))],
    ['of a future this database has not', (id: string) => id.replace(/^\d+/, '9999999999')],
    ['none of ours', () => 'yesterday'],
    ['too great for any counter', (id: string) => id.replace(/^\d+/, '9'.repeat(19))],
  ])('sends reset for an id %s', async (_what, spoil) => {
    const client = await open();
    const ready = await client.until('ready');
    const other = await open({ lastEventId: spoil(ready.id ?? '') });
    const reset = await other.until('reset');
    expect(reset.data).toEqual({ reason: 'too_old' });
    const id = await run('quick');
    await other.until('execution', ended(id));
    expect(reset.id).toMatch(/^\d+-0-\d+$/);
  });

  it('sends reset to a reader that has missed 10,000 events', async () => {
    const client = await open();
    const { id } = await client.until('ready');
    client.cut();
    await server.sql(`INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, to_status, reason, actor, at)
      SELECT gen_random_uuid(), 1, 1, 0, 0, 'submitted', 'submit', 'test', now() FROM generate_series(1, 10001)`);
    const { data } = await (await open({ lastEventId: id })).until('reset');
    expect(data).toEqual({ reason: 'too_old' });
    await server.sql(`DELETE FROM task_audit WHERE actor = 'test'`);
    expect((await (await open({ lastEventId: id })).until('ready')).id).toBe(id);
  });

  it('requires a topic and a key', async () => {
    const key = await server.keyOf('viewer');
    for (const query of ['', '?topics=', '?topics=weather', '?topics=executions,weather', '?topics=executions&x=1']) {
      const client = await SseClient.open(`${server.url}/events${query}`, { key });
      expect([query, client.status]).toEqual([query, 400]);
    }
    expect((await SseClient.open(`${server.url}/events?topics=executions`, { key: 'none' })).status).toBe(401);
  });
});

/** A task stored in an open transaction; returns its id. */
async function insertWithin(client: PoolClient): Promise<string> {
  const id = randomUUID();
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO tasks (id, name, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at)
     VALUES ($1, 'no-handler', 'pending', now(), now() + interval '1 day', 1, '{}', 1000, 'test', 'api', 'test', now())`,
    [id],
  );
  return id;
}
