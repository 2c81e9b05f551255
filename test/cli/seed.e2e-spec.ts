import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { runCli } from './run-cli.ts';

interface Line {
  kind: string;
  name: string;
  action: string;
  detail: string | null;
}

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ settings: { SOURCE_ROOTS: '.' } });
});
afterAll(() => server.close());
afterEach(async () => {
  for (const table of ['schedules', 'topic_submissions', 'topics', 'contents', 'content_generation', 'accounts'])
    await server.sql(`DELETE FROM ${table}`);
});

const cli = (...words: string[]) => runCli(words, { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
const seed = async (...words: string[]): Promise<Line[]> => {
  const { stdout, stderr } = await cli('seed', ...words, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { items: Line[] }).items;
};
const actions = (lines: readonly Line[], name?: string) =>
  lines.filter((line) => name === undefined || line.name === name).map(({ kind, action }) => `${kind} ${action}`);
/** Every stored row with its version and times. */
const rows = async () => {
  const tables = ['accounts', 'topics', 'schedules'];
  return Promise.all(tables.map((table) => server.sql(`SELECT * FROM ${table} ORDER BY id`)));
};

const ALL_CREATED = ['account created', 'topics created', 'schedule created'];

describe('contenthub seed', () => {
  it('creates accounts, topics and schedules, and changes nothing the second time', async () => {
    const first = await cli('seed');
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('[3/3] seed-mixed')]);
    expect(first.stderr).toContain('contenthub schedule run seed-en');
    const stored = await rows();
    expect(stored.map((table) => table.length)).toEqual([3, 16, 3]);
    const { items } = (await server.http<{ items: { name: string; status: string; next: string[] }[] }>('GET', '/schedules')).body;
    expect(items.map(({ name, status }) => [name, status])).toEqual([
      ['seed-mixed', 'active'],
      ['seed-en', 'active'],
      ['seed-zh', 'active'],
    ]);
    expect(items.every(({ next }) => next.length === 5)).toBe(true);

    const second = await cli('seed');
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('Nothing changed')]);
    expect(await rows()).toEqual(stored);
  });

  it('adds only what is missing', async () => {
    await seed();
    await server.sql(`DELETE FROM schedules WHERE name = 'seed-en'`);
    await server.sql(`DELETE FROM topics WHERE title = 'The crust of a loaf'`);
    const lines = await seed();
    expect(actions(lines, 'seed-en')).toEqual(['account unchanged', 'topics created', 'schedule created']);
    expect(actions(lines, 'seed-zh')).toEqual(['account unchanged', 'topics unchanged', 'schedule unchanged']);
  });

  it('removes all that it has made, and nothing else', async () => {
    await server.http('POST', '/accounts', { name: 'mine', platform: 'blog' });
    await seed();
    expect(actions(await seed('--remove', '--yes'))).toEqual(
      Array(3).fill(['schedule deleted', 'topics deleted', 'account deleted']).flat(),
    );
    expect((await rows()).map((table) => table.length)).toEqual([1, 0, 0]);
    expect(await seed('--remove', '--yes')).toEqual([]);
    expect((await cli('seed', '--remove')).code).toBe(2);
  });

  it('keeps what people use, and restores it', async () => {
    await seed();
    expect((await cli('schedule', 'run', 'seed-en')).code).toBe(0);
    const content = async () => (await server.sql<{ title: string; status: string }>('SELECT review_status AS status FROM contents'))[0];
    expect(await waitFor(content, { what: 'the schedule to write a content' })).toEqual({ status: 'approved' });
    await waitFor(async () => (await server.sql(`SELECT FROM topics WHERE status = 'used'`)).length === 1, {
      what: 'its topic to be used',
    });
    await server.http('POST', '/topics', { account: 'seed-zh', title: '我自己的选题与想法' });
    const [mixed] = await server.sql<{ id: string }>(`SELECT id FROM schedules WHERE name = 'seed-mixed'`);
    await server.http('PATCH', `/schedules/${mixed?.id}`, { params: { count_per_account: 2 } }, { 'if-match': '*' });

    const removed = await seed('--remove', '--yes');
    expect(removed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'account',
          name: 'seed-en',
          action: 'archived',
          detail: 'it has 1 contents, 1 content tasks and 1 topics',
        }),
        expect.objectContaining({
          kind: 'topics',
          name: 'seed-en',
          action: 'deleted',
          detail: '5 topics, 1 kept: content tasks worked on them',
        }),
        expect.objectContaining({
          kind: 'account',
          name: 'seed-zh',
          action: 'archived',
          detail: 'it has 0 contents, 0 content tasks and 1 topics',
        }),
        expect.objectContaining({ kind: 'schedule', name: 'seed-mixed', action: 'kept' }),
        expect.objectContaining({ kind: 'account', name: 'seed-mixed', action: 'deleted' }),
      ]),
    );
    await server.sql('DELETE FROM schedules');
    const again = await seed();
    expect(actions(again, 'seed-en')).toEqual(['account restored', 'topics created', 'schedule created']);
    expect(actions(again, 'seed-mixed')).toEqual(ALL_CREATED);
  });

  it('leaves an account of the same name alone', async () => {
    await server.http('POST', '/accounts', { name: 'seed-zh', platform: 'blog', owner: 'someone' });
    const { code, stderr } = await cli('seed');
    expect([code, stderr]).toEqual([7, expect.stringContaining('named seed-zh that this command did not make')]);
    await seed('--remove', '--yes');
    expect((await rows())[0]).toHaveLength(1);
  });
});

it('sends the texts to a server that cannot read the files', async () => {
  const other = await startApplication();
  try {
    const { stdout } = await runCli(['seed', '-o', 'json'], { env: { APP_SERVER: other.url, APP_TOKEN: other.key } });
    expect((JSON.parse(stdout) as { items: Line[] }).items[0]?.detail).toContain('as notes');
    const [stored] = await other.sql<{ sources: object[] }>(`SELECT sources FROM accounts WHERE name = 'seed-zh'`);
    expect(stored?.sources).toEqual([
      expect.objectContaining({ type: 'notes', text: expect.stringContaining('六大茶类') as unknown }),
      expect.anything(),
    ]);
  } finally {
    await other.close();
  }
});
