import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '../../src/platform/telemetry/logger.ts';
import { DeclaredSchedules } from '../../src/scheduler/declared-schedules.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { removeTasksFiles, tasksFile } from '../declared/tasks-file.ts';
import type { ScheduleView } from '../../src/scheduler/schedule.view.ts';

type View = Wire<ScheduleView>;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  removeTasksFiles();
});

const file = (schedule: string) =>
  `tasks:\n- name: space-sync\n  params: {day: {type: string}}\n  request: {method: GET, url: "https://h.example/"}\n${schedule === '' ? '' : `  schedule: ${schedule}\n`}`;
async function withFile<T>(schedule: string, work: (server: TestApplication, items: View[]) => Promise<T>): Promise<T> {
  const server = await startApplication({ databaseUrl: database.url, settings: { TASKS_FILE: tasksFile(file(schedule)) } });
  try {
    return await work(server, (await server.http<{ items: View[] }>('GET', '/schedules')).body.items);
  } finally {
    await server.close();
  }
}

describe('the schedule of a declared task', () => {
  it('is stored at the start, changed with the file, and removed with it; a pause stays', async () => {
    const first = await withFile(
      '{cron: "0 9 * * *", timeZone: Asia/Shanghai, params: {day: "{{ localDate }}"}}',
      async (server, [one]) => {
        expect(one).toMatchObject({
          name: 'space-sync',
          declared: true,
          status: 'active',
          version: 1,
          createdBy: { type: 'system', name: 'tasks file' },
        });
        const path = `/schedules/${one?.id}`;
        expect((await server.http('PATCH', path, { priority: 1 }, { 'if-match': '*' })).body).toMatchObject({ code: 'declared_schedule' });
        expect((await server.http('DELETE', path)).status).toBe(409);
        expect((await server.http('POST', `${path}/pause`)).status).toBe(200);
        return one;
      },
    );
    await withFile('{everyMs: 60000, overlap: allow}', (_, items) => {
      expect(items).toEqual([expect.objectContaining({ id: first?.id, status: 'paused', overlap: 'allow', version: 3 })]);
      return Promise.resolve();
    });
    await withFile('{everyMs: 60000, overlap: allow}', (_, [one]) => Promise.resolve(expect(one?.version).toBe(3)));
    await withFile('', (_, items) => Promise.resolve(expect(items).toEqual([])));
  });

  it('has the slots of an account by its name, follows them, and is removed with the file; an account that does not exist stops nothing', async () => {
    const slots = (time: string) => ({ slots: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, time })) });
    const timesOf = (view: View | undefined) => [...new Set((view?.next ?? []).map((due) => due.slice(11, 16)))];
    const of = '{slots: {account: Tide notes, leadMinutes: 30}}';
    await withFile(of, (_, items) => Promise.resolve(expect(items).toEqual([])));
    await withFile('', async (server) => {
      const body = { name: 'Tide notes', platform: 'blog', timeZone: 'Asia/Shanghai', publishing: slots('09:00') };
      expect((await server.http('POST', '/accounts', body)).status).toBe(201);
    });
    const first = await withFile(of, async (server, [one]) => {
      expect(one).toMatchObject({
        name: 'space-sync',
        declared: true,
        status: 'active',
        timeZone: 'Asia/Shanghai',
        trigger: { type: 'slots', leadMinutes: 30 },
      });
      expect(timesOf(one)).toEqual(['00:30']);
      const { accountId } = (one as View).trigger as { accountId: string };
      expect((await server.http('PATCH', `/accounts/${accountId}`, { publishing: slots('12:00') }, { 'if-match': '*' })).status).toBe(200);
      const changed = (await server.http<View>('GET', `/schedules/${one?.id}`)).body;
      expect(timesOf(changed)).toEqual(['03:30']);
      return changed;
    });
    // The same file changes nothing, and keeps the slots of the account.
    await withFile(of, (_, [one]) =>
      Promise.resolve(expect([one?.id, one?.version, timesOf(one)]).toEqual([first.id, first.version, ['03:30']])),
    );
    // A renamed account: the stored schedule goes on, and the log says that.
    await withFile(of, async (server, [one]) => {
      const { accountId } = (one as View).trigger as { accountId: string };
      const rename = (name: string) => server.http('PATCH', `/accounts/${accountId}`, { name }, { 'if-match': '*' });
      expect((await rename('Moon notes')).status).toBe(200);
      const errors = jest.spyOn(server.app.get(Logger), 'error').mockImplementation(() => {});
      await server.app.get(DeclaredSchedules).onApplicationBootstrap();
      expect(errors.mock.calls.map((call) => String(call[1]))).toEqual([
        expect.stringMatching(/is not updated, and the stored one stays active .*names no account: "Tide notes"/),
      ]);
      errors.mockRestore();
      expect((await server.http<View>('GET', `/schedules/${one?.id}`)).body).toMatchObject({ status: 'active', version: first.version });
      expect((await rename('Tide notes')).status).toBe(200);
    });
    await withFile('', (_, items) => Promise.resolve(expect(items).toEqual([])));
  });
});
