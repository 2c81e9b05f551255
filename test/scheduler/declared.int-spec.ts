import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
});
