import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FiringPage, FiringView } from '../../src/scheduler/firing.dto.ts';
import type { ScheduleView } from '../../src/scheduler/schedule.view.ts';
import { CleanerLoop } from '../../src/engine/maintenance/cleaner-loop.ts';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type View = Wire<ScheduleView>;

const handlers = [
  { name: 'quick', handle: () => Promise.resolve({}) },
  { name: 'held', queue: 'unserved', handle: () => Promise.resolve({}) },
];
let server: TestApplication;
let made = 0;
beforeAll(async () => {
  server = await startApplication({ handlers });
});
afterAll(() => server.close());

const DAILY = { type: 'cron', expression: '0 9 * * 1-5' };
const body = (changes: object = {}) => ({
  name: `test-${(made += 1)}`,
  taskName: 'quick',
  trigger: DAILY,
  timeZone: 'Asia/Shanghai',
  ...changes,
});
const create = async (changes: object = {}) => (await server.http<View>('POST', '/schedules', body(changes))).body;
const get = async (id: string) => (await server.http<View>('GET', `/schedules/${id}`)).body;
const history = async (id: string, query = '') => (await server.http<Wire<FiringPage>>('GET', `/schedules/${id}/history${query}`)).body;
const fired = (id: string, count = 1) =>
  waitFor(
    async () => {
      const { items } = await history(id);
      const found = items.filter(({ outcome }) => outcome === 'fired');
      return found.length >= count && found;
    },
    { what: 'the schedule to fire' },
  );

describe('a schedule', () => {
  it('is created with its next times and in words', async () => {
    const { status, headers, body: view } = await server.http<View>('POST', '/schedules', body());
    expect([status, headers.get('etag'), headers.get('location')]).toEqual([201, '"v1"', `/schedules/${view.id}`]);
    expect(view).toMatchObject({
      status: 'active',
      overlap: 'skip',
      misfire: 'last',
      description: { en: 'At 09:00, Monday through Friday (Asia/Shanghai)', zh: '在09:00, 星期一至星期五（Asia/Shanghai）' },
      createdBy: { type: 'key' },
    });
    expect(view.next).toHaveLength(5);
    expect(view.next[0]).toBe(view.nextDueAt);
    expect(view.next.every((due) => due.endsWith('T01:00:00.000Z'))).toBe(true);
    const next = await server.http('GET', `/schedules/${view.id}/next?count=2`);
    expect(next.body).toMatchObject({
      items: [{ dueAt: view.next[0], local: expect.stringMatching(/T09:00:00$/) as unknown }, { dueAt: view.next[1] }],
    });
  });

  it('fires by itself, and shows what became of it', async () => {
    const { id } = await create({ trigger: { type: 'every', everyMs: 1_000 }, overlap: 'allow' });
    const [, first] = await fired(id, 2);
    await waitFor(async () => (await history(id)).items.some(({ executionStatus }) => executionStatus === 'completed'), {
      what: 'a task to complete',
    });
    expect(first).toMatchObject({ kind: 'due', actor: { type: 'system', name: expect.stringMatching(/^schedule:/) as unknown } });
    const loops = server.app.get(LoopRegistry).states();
    expect(loops.find(({ name }) => name === 'schedules')).toMatchObject({ running: true, lastSuccessAt: expect.any(Date) as unknown });
    await server.http('POST', `/schedules/${id}/pause`);
  });

  it('once: fires at its time, and is finished', async () => {
    const at = new Date(Date.now() + 1_500).toISOString();
    const { id } = await create({ trigger: { type: 'once', at } });
    const [firing] = await fired(id);
    expect([firing?.dueAt, (await get(id)).status]).toEqual([at, 'finished']);
  });

  it('is changed by the version that was read', async () => {
    const { id } = await create();
    const change = (etag?: string) =>
      server.http<View>('PATCH', `/schedules/${id}`, { trigger: { type: 'every', everyMs: 60_000 } }, { 'if-match': etag });
    expect((await change()).status).toBe(428);
    const changed = await change('"v1"');
    expect([changed.status, changed.headers.get('etag'), changed.body.description.en]).toEqual([200, '"v2"', 'Every minute']);
    expect((await change('"v1"')).status).toBe(412);
    expect(
      (await server.http<View>('PATCH', `/schedules/${id}`, { endsAt: null, priority: 'high' }, { 'if-match': '*' })).body,
    ).toMatchObject({ priority: 8, version: 3 });
    const { name } = await create();
    expect((await server.http('PATCH', `/schedules/${id}`, { name }, { 'if-match': '*' })).status).toBe(409);
  });

  it('is paused, resumed and deleted', async () => {
    const { id } = await create();
    expect((await server.http('POST', `/schedules/${id}/pause`)).body).toMatchObject({ status: 'paused', pausedBy: { type: 'key' } });
    expect((await server.http('POST', `/schedules/${id}/pause`)).body).toMatchObject({ status: 'paused', version: 2 });
    expect((await server.http('POST', `/schedules/${id}/resume`)).body).toMatchObject({ status: 'active', pausedBy: null, version: 3 });
    expect((await server.http('DELETE', `/schedules/${id}`)).status).toBe(204);
    expect((await server.http('GET', `/schedules/${id}`)).status).toBe(404);
    expect((await server.http('POST', `/schedules/${id}/pause`)).status).toBe(404);
  });

  it('skips the next due time, once for each version', async () => {
    const { id, next } = await create();
    const skip = (etag: string) => server.http<View>('POST', `/schedules/${id}/skip-next`, undefined, { 'if-match': etag });
    expect((await skip('"v1"')).body).toMatchObject({ nextDueAt: next[1] });
    expect((await skip('"v1"')).status).toBe(412);
    expect((await history(id)).items).toEqual([expect.objectContaining({ dueAt: next[0], outcome: 'skipped', reason: 'skip_next' })]);
  });

  it('is listed by name, task and status, in pages', async () => {
    const { id, name } = await create({ taskName: 'held' });
    const list = async (query: string) =>
      (await server.http<{ items: View[]; nextCursor: string | null }>('GET', `/schedules?${query}`)).body;
    expect((await list(`name=${name}`)).items.map((one) => one.id)).toEqual([id]);
    expect((await list('taskName=held&status=active')).items.map((one) => one.id)).toContain(id);
    expect((await list('taskName=held&status=finished')).items).toEqual([]);
    const { nextCursor, items } = await list('limit=1');
    const second = await list(`limit=1&cursor=${nextCursor}`);
    expect(second.items[0]?.id).not.toBe(items[0]?.id);
  });
});

describe('a run that is asked for', () => {
  it('submits a task of the caller, also while the schedule is paused', async () => {
    const { id } = await create();
    await server.http('POST', `/schedules/${id}/pause`);
    const key = { 'idempotency-key': 'one' };
    const run = await server.http<{ executionId: string }>('POST', `/schedules/${id}/run`, undefined, key);
    expect([run.status, run.headers.get('location')]).toEqual([202, `/executions/${run.body.executionId}`]);
    const again = await server.http('POST', `/schedules/${id}/run`, undefined, key);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([run.body, 'true']);
    expect((await server.http('GET', `/executions/${run.body.executionId}`)).body).toMatchObject({ createdBy: { type: 'key' } });
    expect((await history(id)).items).toEqual([
      expect.objectContaining({ kind: 'run_now', outcome: 'fired', actor: expect.objectContaining({ type: 'key' }) as object }),
    ]);
  });

  it('keeps to the overlap policy', async () => {
    const { id } = await create({ taskName: 'held' });
    expect((await server.http('POST', `/schedules/${id}/run`)).status).toBe(202);
    const second = await server.http('POST', `/schedules/${id}/run`);
    expect([second.status, second.body['code']]).toEqual([409, 'still_running']);
  });
});

describe('a back-fill', () => {
  const range = { from: '2026-01-05T00:00:00Z', to: '2026-01-08T00:00:00Z' };
  const backfill = (id: string, changes: object = {}) =>
    server.http<{ count: number; items: { dueAt: string; executionId: string | null }[] }>('POST', `/schedules/${id}/backfill`, {
      ...range,
      ...changes,
    });

  it('lists the due times, then fires them one after the other, and no second time', async () => {
    const { id } = await create({ taskName: 'held', startsAt: '2026-01-01T00:00:00Z' });
    const dues = ['2026-01-05T01:00:00.000Z', '2026-01-06T01:00:00.000Z', '2026-01-07T01:00:00.000Z'];
    expect((await backfill(id, { preview: true })).body).toMatchObject({
      count: 3,
      items: dues.map((dueAt) => ({ dueAt, executionId: null })),
    });
    expect((await history(id)).items).toEqual([]);
    const { items } = (await backfill(id)).body;
    expect(items.map(({ dueAt }) => dueAt)).toEqual(dues);
    const statuses = await Promise.all(
      items.map(async ({ executionId }) => (await server.http('GET', `/executions/${executionId}`)).body['status']),
    );
    expect(statuses).toEqual(['submitted', 'pending', 'pending']);
    expect((await backfill(id)).body.count).toBe(0);
    expect((await history(id, '?limit=2')).items.map(({ dueAt }: Wire<FiringView>) => dueAt)).toEqual(dues.slice(1).toReversed());
    const { nextCursor } = await history(id, '?limit=2');
    expect((await history(id, `?limit=2&cursor=${nextCursor}`)).items.map(({ dueAt }) => dueAt)).toEqual(dues.slice(0, 1));
  });

  it.each([
    [{ to: '2999-01-01T00:00:00Z' }, 'to'],
    [{ from: '2020-01-01T00:00:00Z' }, 'to'],
  ])('%j is refused', async (changes, field) => {
    const { id } = await create({ trigger: { type: 'cron', expression: '0 * * * *' } });
    const { status, text } = await backfill(id, changes);
    expect([status, text.includes(`"pointer":"/${field}"`)]).toEqual([422, true]);
  });

  it('of due times that are to come is refused', async () => {
    const { id } = await create({ trigger: { type: 'cron', expression: '0 * * * *' } });
    const [from, to] = [0, 7_200_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const { status, text } = await backfill(id, { from, to });
    expect([status, text.includes('"pointer":"/to"')]).toEqual([422, true]);
  });
});

describe('a schedule that could not do its work is refused', () => {
  it.each([
    [{ trigger: { type: 'cron', expression: '0 0 31 2 *' } }, '/trigger/expression', 'never_fires'],
    [{ trigger: { type: 'cron', expression: '* '.repeat(500) } }, '/trigger/expression', 'invalid_cron'],
    [{ trigger: { type: 'cron', expression: '0 25 * * *' } }, '/trigger/expression', 'invalid_cron'],
    [{ trigger: { type: 'cron' } }, '/trigger/expression', undefined],
    [{ trigger: { type: 'cron', expression: '0 0 * * *', everyMs: 5_000 } }, '/trigger/everyMs', 'unexpected_member'],
    [{ trigger: { type: 'every', everyMs: 999 } }, '/trigger/everyMs', undefined],
    [{ trigger: { type: 'once', at: '2020-01-01T00:00:00Z' } }, '/trigger/at', 'never_fires'],
    [{ trigger: { type: 'yearly' } }, '/trigger/type', undefined],
    [{ endsAt: '2020-01-01T00:00:00Z' }, '/endsAt', 'never_fires'],
    [{ startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' }, '/endsAt', 'ends_before_start'],
    [{ timeZone: 'Asia/Atlantis' }, '/timeZone', undefined],
    [{ taskName: 'quikc' }, '/taskName', 'unknown_task'],
    [{ taskName: 'task-cleanup', params: { olderThan: 'P1D', other: 1 } }, '/params/other', undefined],
    [{ params: { text: '{{ nothing }}' } }, '/params/text', 'invalid_template'],
    [{ params: { list: [{ 'a/b': '{% for i in (1..9) %}' }] } }, '/params/list/0/a~1b', 'invalid_template'],
    [{ name: 'Not a name' }, '/name', undefined],
    [{ overlap: 'sometimes' }, '/overlap', undefined],
  ])('%j', async (changes, pointer, code) => {
    const { status, body: problem } = await server.http<{ errors: { pointer: string; code: string }[] }>(
      'POST',
      '/schedules',
      body(changes),
    );
    expect([status, problem.errors.map((error) => error.pointer)]).toEqual([422, [pointer]]);
    expect([problem.errors[0]?.code, undefined]).toContain(code); // undefined: the code of a validator
  });
});

it('the history is deleted after its time', async () => {
  const { id } = await create();
  await server.http('POST', `/schedules/${id}/skip-next`, undefined, { 'if-match': '*' });
  await server.sql(`UPDATE schedule_firings SET at = at - interval '31 days' WHERE schedule_id = $1`, [id]);
  await server.app.get(CleanerLoop).clean(new AbortController().signal);
  expect((await history(id)).items).toEqual([]);
});

it('a viewer sees schedules, and changes none', async () => {
  const { id } = await create();
  const authorization = `Bearer ${await server.keyOf('viewer')}`;
  const status = async (method: string, path: string, sent?: object) => (await server.http(method, path, sent, { authorization })).status;
  expect([
    await status('GET', '/schedules'),
    await status('POST', '/schedules', body()),
    await status('POST', `/schedules/${id}/run`),
  ]).toEqual([200, 403, 403]);
});
