import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';
import { SystemScheduleSync } from '../../src/scheduler/system/system-schedule-sync.ts';
import { SYSTEM_SCHEDULES } from '../../src/scheduler/system/system-schedules.ts';
import type { SystemRunList, SystemScheduleList, SystemScheduleView } from '../../src/scheduler/system/system-schedule.view.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

type View = Wire<SystemScheduleView>;

let server: TestApplication;
let database: TestDatabase;
let databaseUrl: string;
beforeAll(async () => {
  database = await createTestDatabase();
  databaseUrl = database.url;
  server = await startApplication({ databaseUrl, handlers: [{ name: 'quick', handle: () => Promise.resolve({}) }] });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
afterEach(async () => {
  await server.sql('DELETE FROM system_schedule_pauses');
  await server.app.get(SystemScheduleSync).sync();
});

const get = async (name: string) => (await server.http<View>('GET', `/schedules/system/${name}`)).body;
const act = (name: string, action: string) => server.http<View>('POST', `/schedules/system/${name}/${action}`);
const lastStart = (name: string) =>
  server.app
    .get(LoopRegistry)
    .states()
    .find((state) => state.name === name)?.lastStartAt ?? null;
const reported = () =>
  waitFor(async () => (await get('publish-pool')).lastRuns !== null && (await get('schedules')).lastRuns !== null, { what: 'a report' });
/** A round in flight may end, but none begins. */
const obeyed = () => server.app.get(SystemScheduleSync).sync();
const twoMoreRounds = async (): Promise<void> => {
  const from = lastStart('budgets')?.getTime() ?? 0;
  await waitFor(() => Promise.resolve((lastStart('budgets')?.getTime() ?? 0) > from + 4_000), { what: 'rounds of another loop' });
};

describe('system schedules', () => {
  it('are the loops of the product, each with a name that a process registers', () => {
    const names = new Set(
      server.app
        .get(LoopRegistry)
        .states()
        .map(({ name }) => name),
    );
    expect(SYSTEM_SCHEDULES.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  it('are listed with what they do, their last rounds and the next one', async () => {
    await reported();
    const { items } = (await server.http<Wire<SystemScheduleList>>('GET', '/schedules?kind=system')).body;
    expect(items.map(({ name }) => name)).toEqual(SYSTEM_SCHEDULES.map(({ name }) => name));
    expect(items.find(({ name }) => name === 'publish-pool')).toMatchObject({
      kind: 'system',
      status: 'running',
      intervalMs: 1_000,
      lastRuns: { outcome: 'ok', failures: 0, error: null },
      nextRunAt: expect.any(String),
      pausable: true,
      pausedAt: null,
    });
    const next = Date.parse(items.find(({ name }) => name === 'publish-pool')?.nextRunAt ?? '');
    expect(next).toBeGreaterThan(Date.now() - 60_000);
    const { items: schedules } = (await server.http<{ items: object[] }>('GET', '/schedules')).body;
    expect(schedules).toEqual([]);
  });

  it('begin no round while they are paused, and run at once when they are resumed', async () => {
    const paused = await act('topics', 'pause');
    expect(paused.body).toMatchObject({ status: 'paused', pausedBy: { type: 'key' }, nextRunAt: null });
    expect(paused.body.whilePaused?.en).toContain('stay reserved');
    await obeyed();
    const before = lastStart('topics');
    await server.sql(`
      INSERT INTO accounts (id, name, platform, status, language, time_zone, voice, sections, sources, creator, created_at, updated_at, version)
      VALUES ('01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f', 'mine', 'blog', 'active', 'en', 'UTC', '{}', '[]', '[]', 'offline', now(), now(), 1)`);
    await server.sql(`
      INSERT INTO topics (id, account_id, title, title_grams, origin, relevance, usefulness, created_by, expires_at, created_at, updated_at)
      VALUES (gen_random_uuid(), '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f', 'Old', '{1}', 'editor', 1, 1, 'x', now() - interval '1 h', now(), now())`);
    const status = async () => (await server.sql<{ status: string }>('SELECT status FROM topics'))[0]?.status;
    await twoMoreRounds();
    expect([await status(), lastStart('topics')]).toEqual(['open', before]);
    await act('topics', 'resume');
    await waitFor(async () => (await status()) === 'expired', { what: 'the loop to run again' });
    await server.sql('DELETE FROM topics');
    await server.sql('DELETE FROM accounts');
  });

  it('schedules: none fires while they are paused', async () => {
    await act('schedules', 'pause');
    await obeyed();
    const body = { name: 'often', taskName: 'quick', trigger: { type: 'every', everyMs: 1_000 }, overlap: 'allow' };
    const { id } = (await server.http<{ id: string }>('POST', '/schedules', body)).body;
    const fired = async () => (await server.http<{ items: object[] }>('GET', `/schedules/${id}/history`)).body.items.length;
    await twoMoreRounds();
    expect(await fired()).toBe(0);
    await act('schedules', 'resume');
    await waitFor(async () => (await fired()) > 0, { what: 'the schedule to fire' });
    await server.http('DELETE', `/schedules/${id}`);
  });

  it('stay paused in a process that starts: it runs no round before it has looked', async () => {
    await act('publish-pool', 'pause');
    const other = await startApplication({ databaseUrl });
    try {
      const running = async () =>
        other.app
          .get(LoopRegistry)
          .states()
          .find(({ name }) => name === 'budgets')?.lastSuccessAt != null;
      await waitFor(running, { what: 'the loops to start' });
      expect(
        other.app
          .get(LoopRegistry)
          .states()
          .find(({ name }) => name === 'publish-pool'),
      ).toMatchObject({ running: true, lastStartAt: null, late: false });
    } finally {
      await other.close();
    }
  });

  it.each(['promoter', 'sweeper', 'rescuer'])('%s cannot be paused', async (name) => {
    expect(await act(name, 'pause')).toMatchObject({ status: 409, body: { code: 'not_pausable' } });
    expect((await act(name, 'resume')).status).toBe(200);
  });

  it('are unknown by another name', async () => {
    for (const path of ['', '/history']) expect((await server.http('GET', `/schedules/system/claims${path}`)).status).toBe(404);
    expect((await act('claims', 'pause')).status).toBe(404);
  });

  it('are paused with the permission of operators, and audited', async () => {
    const viewer = await server.keyOf('viewer');
    const refused = await server.http('POST', '/schedules/system/topics/pause', undefined, { authorization: `Bearer ${viewer}` });
    expect(refused.status).toBe(403);
    await act('cleaner', 'pause');
    const rows = () => server.sql(`SELECT FROM operation_audit WHERE path = '/schedules/system/cleaner/pause'`);
    expect(await rows()).toHaveLength(1);
  });

  it('have a history of one row for many rounds, and one when they begin to fail', async () => {
    await reported();
    const sync = server.app.get(SystemScheduleSync);
    await server.sql('DELETE FROM system_schedule_runs');
    const start = new Date('2026-01-01T10:00:00Z').getTime();
    const store = (minute: number, failures: number, error: string | null) => {
      const [from, until] = [new Date(start + minute * 60_000), new Date(start + minute * 60_000 + 59_000)];
      return sync.store([{ name: 'cleaner', from, until, rounds: 60, failures, error, intervalMs: 1_000, lastMs: minute, longestMs: 9 }]);
    };
    await store(0, 0, null);
    await store(1, 0, null);
    await store(2, 3, 'no disk');
    await store(3, 0, null);
    await store(61, 0, null);
    const { items } = (await server.http<Wire<SystemRunList>>('GET', '/schedules/system/cleaner/history?limit=10')).body;
    expect(
      items.map(({ from, outcome, rounds, failures, error, lastMs }) => [from.slice(11, 16), outcome, rounds, failures, error, lastMs]),
    ).toEqual([
      ['11:01', 'ok', 60, 0, null, 61],
      ['10:03', 'ok', 60, 0, null, 3],
      ['10:02', 'failed', 60, 3, 'no disk', 2],
      ['10:00', 'ok', 120, 0, null, 1],
    ]);
  });

  it('are shown and paused by the command line', async () => {
    const cli = (...words: string[]) => runCli(['schedule', ...words], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
    expect((await cli('list', '--system')).stdout).toContain('publish-pool');
    const pause = await cli('pause', 'publish-pool', '--system');
    expect([pause.code, pause.stderr]).toEqual([0, expect.stringContaining('Nothing is published at its time')]);
    expect(JSON.parse((await cli('show', 'publish-pool', '--system', '-o', 'json')).stdout)).toMatchObject({ status: 'paused' });
    expect(JSON.parse((await cli('resume', 'publish-pool', '--system', '-o', 'json')).stdout)).toMatchObject({ pausedAt: null });
    expect((await cli('history', 'cleaner', '--system')).code).toBe(0);
  });
});
