import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Settings } from '../../src/platform/config/settings.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { LogLine } from '../../src/tasks/logs/log-line.view.ts';
import { TaskLogWriter } from '../../src/engine/logs/task-log-writer.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type TestHandler, type Wire } from '../support/application.ts';
import { type Received, SseClient } from './sse-client.ts';

type Line = Wire<LogLine> & { seq: number };

const LINES = 2_000;
/** Tasks that wait for the test, by the param space. */
const gates = new Map<string, () => void>();

const handlers: TestHandler[] = [
  {
    name: 'talkative',
    async handle({ log, progress, signal }: TaskContext) {
      for (let n = 1; n <= LINES; n++) {
        log.info(`line ${n}`, { n });
        if (n % 500 === 0) progress(n / 20, 'talk');
        if (n % 20 === 0) await new Promise((ok) => setTimeout(ok, 2));
        signal.throwIfAborted();
      }
    },
  },
  {
    name: 'stepwise',
    async handle({ log, progress, params, signal }: TaskContext) {
      const { gate } = params as { gate: string };
      log.info('first');
      progress(40, 'draft');
      await Promise.race([once(signal, 'abort'), new Promise<void>((ok) => gates.set(gate, ok))]);
      log.warn('second\r\n\r\nevent: end\ndata: {}\n\n', { text: '\u2028' });
    },
  },
];

let server: TestApplication;
let second: TestApplication;

beforeAll(async () => {
  server = await startApplication({ handlers });
  const { databaseUrl } = server.app.get(Settings);
  second = await startApplication({ handlers, settings: { DATABASE_URL: databaseUrl ?? '' } });
});
afterAll(async () => {
  await second.close();
  await server.close();
});

async function run(name: string, params: object = {}): Promise<string> {
  const { body } = await server.http<Wire<ExecutionView>>('POST', `/tasks/${name}/execute/api`, { params });
  return body.executionId;
}

function open(
  id: string,
  options: { after?: number; lastEventId?: string; from?: TestApplication; key?: string } = {},
): Promise<SseClient> {
  const { after, lastEventId, from = server, key = server.key } = options;
  const query = after === undefined ? '' : `?after=${after}`;
  return SseClient.open(`${from.url}/executions/${id}/logs/stream${query}`, { key, lastEventId });
}

const seqs = (events: readonly Received[]): number[] => events.filter(({ event }) => event === 'log').map(({ data }) => data.seq as number);
const counted = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the log stream', () => {
  it('sends the stored lines, new lines and the end, in order', async () => {
    const gate = randomUUID();
    const id = await run('stepwise', { gate });
    const client = await open(id);
    expect([client.status, client.headers['x-request-id']]).toEqual([200, expect.any(String)]);
    await client.until('progress');
    gates.get(gate)?.();
    await client.until('end');
    await client.end();
    const transitions = client.events
      .filter(({ event }) => event !== 'progress')
      .map(({ event, id: eventId, data }) => [event, eventId, data.message ?? data.status]);
    expect(transitions).toEqual([
      ['transition', undefined, 'Task accepted (submitted)'],
      ['transition', undefined, 'Task started (attempt 1, time limit: 300000ms)'],
      ['log', '1', 'first'],
      ['log', '2', 'second\r\n\r\nevent: end\ndata: {}\n\n'],
      ['transition', undefined, 'Task completed'],
      ['end', undefined, 'completed'],
    ]);
    expect(client.named('progress')[0]?.data).toEqual({ progress: 40, step: 'draft' });
    expect(client.named('end')[0]?.data).toEqual({ executionId: id, status: 'completed', attempt: 1, error: null });
    const { body } = await server.http<{ items: Line[] }>('GET', `/executions/${id}/logs`);
    expect(client.named('log').map(({ data }) => data)).toEqual(body.items);
  });

  it('loses and repeats no line while 2,000 are written and connections are cut', async () => {
    const id = await run('talkative');
    const cutter = async (from: TestApplication, seed: number): Promise<number[]> => {
      const seen: number[] = [];
      let cuts = 0;
      for (let ended = false; !ended; cuts++) {
        const client = await open(id, { lastEventId: String(seen.at(-1) ?? 0), from });
        const enough = 1 + ((seed * (cuts + 1) * 37) % 150);
        await client.when(() => seqs(client.events).length >= enough || client.named('end').length > 0 || undefined, 'no end');
        ended = client.named('end').length > 0;
        client.cut();
        seen.push(...seqs(client.events));
      }
      expect(cuts).toBeGreaterThan(5);
      return seen;
    };
    const steady = await open(id);
    const all = await Promise.all([
      cutter(server, 1),
      cutter(second, 2),
      cutter(second, 3),
      steady.until('end').then(() => seqs(steady.events)),
    ]);
    for (const seen of all) expect(seen).toEqual(counted(1, LINES));
    const progress = steady.named<{ progress: number }>('progress').map(({ data }) => data.progress);
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it('replays a finished task from any line, by header or query; the header wins', async () => {
    const id = await run('talkative');
    await (await open(id)).until('end');
    for (const after of [0, 1, 199, 200, 201, 1_000, LINES - 1, LINES, LINES + 5]) {
      const [byQuery, byHeader] = [await open(id, { after }), await open(id, { after: 7, lastEventId: String(after), from: second })];
      for (const client of [byQuery, byHeader]) {
        await client.until('end');
        expect(seqs(client.events)).toEqual(counted(after + 1, LINES));
        expect(client.named('transition').map(({ data }) => data.version)).toEqual([1, 2, 3]);
      }
    }
  });

  it('of another process receives a line by notification, long before it polls', async () => {
    const delays: number[] = [];
    for (let i = 0; i < 9; i++) {
      const gate = randomUUID();
      const client = await open(await run('stepwise', { gate }), { from: i % 2 ? server : second });
      await client.until('log', ({ message }) => message === 'first');
      const start = performance.now();
      gates.get(gate)?.();
      await client.until('end');
      delays.push(performance.now() - start);
    }
    expect(delays.toSorted((a, b) => a - b)[4]).toBeLessThan(300); // polling each second would take about 500
  });

  it('ends with the status of a task that was cancelled', async () => {
    const id = await run('stepwise', { gate: randomUUID() });
    const client = await open(id);
    await client.until('log');
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [id] });
    expect((await client.until('end')).data).toMatchObject({ status: 'cancelled' });
  });

  it('of a deleted task sends bye', async () => {
    const id = await run('stepwise', { gate: randomUUID() });
    const client = await open(id);
    await client.until('log');
    await server.sql('DELETE FROM tasks WHERE id = $1', [id]);
    expect((await client.until('bye')).data).toEqual({ reason: 'gone' });
  });

  it.each([
    ['an unknown execution', (id: string) => open(id.replace(/^./, 'f')), 404, 'execution_not_found'],
    ['a Last-Event-ID that is no number', (id: string) => open(id, { lastEventId: '1-2' }), 400, 'invalid_last_event_id'],
    ['a Last-Event-ID with a leading zero', (id: string) => open(id, { lastEventId: '01' }), 400, 'invalid_last_event_id'],
    ['one that is too great', (id: string) => open(id, { lastEventId: '2147483648' }), 400, 'invalid_last_event_id'],
    ['after that is no number', (id: string) => open(id, { after: -1 }), 400, 'invalid_query'],
    ['no key', (id: string) => open(id, { key: 'none' }), 401, 'key_invalid'],
  ])('%s is rejected', async (_what, request, status, code) => {
    const client = await request(await run('talkative'));
    await client.end();
    expect([client.status, (JSON.parse(client.raw) as { code: string }).code]).toEqual([status, code]);
  });

  it('is open to viewers', async () => {
    const client = await open(await run('talkative'), { key: await server.keyOf('viewer') });
    expect((await client.until('end')).data.status).toBe('completed');
  });
});

describe('task logs -f', () => {
  it('prints every line and every transition of a task as it happens, then ends', async () => {
    const id = await run('talkative');
    const env = { APP_SERVER: second.url, APP_TOKEN: server.key };
    const { code, stdout, stderr } = await runCli(['task', 'logs', id, '-f', '-o', 'jsonl'], { env });
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as LogLine);
    expect(lines.flatMap(({ seq }) => seq ?? [])).toEqual(counted(1, LINES));
    const turns = lines.filter(({ seq }) => seq === null).map(({ message }) => message);
    expect(turns).toEqual(['Task accepted (submitted)', 'Task started (attempt 1, time limit: 300000ms)', 'Task completed']);
    expect(lines.at(-1)?.message).toBe('Task completed');
    // Read later, it is the same log.
    expect((await runCli(['task', 'logs', id, '-o', 'jsonl'], { env })).stdout).toBe(stdout);
  });
});

describe('lines of one task', () => {
  it('become visible in order although a batch is delayed', async () => {
    const gate = randomUUID();
    const [held, other] = [await run('stepwise', { gate: randomUUID() }), await run('stepwise', { gate })];
    await Promise.all([held, other].map(async (id) => (await open(id)).until('log')));
    const logs = server.app.get(TaskLogWriter);
    const locker = await server.app.get(Pools).api.connect();
    const line = (id: string, seq: number) =>
      logs.add({ id, epoch: 1, seq, attempt: 1, writtenAt: performance.now(), level: 'info', message: `line ${seq}`, data: null });
    const client = await open(other);
    try {
      await locker.query('BEGIN');
      await locker.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [held]);
      const first = [line(held, 2), line(other, 2)]; // one batch, which waits for the lock
      await new Promise((ok) => setTimeout(ok, 50));
      const next = line(other, 3);
      await new Promise((ok) => setTimeout(ok, 200)); // the time in which a later batch could overtake
      await locker.query('COMMIT');
      await Promise.all([...first, next]);
    } finally {
      locker.release();
    }
    await client.until('log', ({ seq }) => seq === 3);
    expect(seqs(client.events)).toEqual([1, 2, 3]);
  });
});
