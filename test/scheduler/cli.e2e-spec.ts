import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication } from '../support/application.ts';

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve({}) }] });
});
afterAll(() => server.close());

const cli = (...words: string[]) => runCli(['schedule', ...words], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
const json = async (...words: string[]) => {
  const { stdout, stderr } = await cli(...words, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
};

it('the command line does what the API does', async () => {
  const created = await json(
    'create',
    'daily',
    'quick',
    '--cron',
    '0 9 * * *',
    '--zone',
    'Asia/Shanghai',
    '--overlap',
    'allow',
    '--jitter',
    '5s',
    '--starts',
    '2026-01-01',
  );
  expect(created).toMatchObject({ name: 'daily', overlap: 'allow', jitterSeconds: 5, words: 'At 09:00 (Asia/Shanghai)' });
  expect((await json('list', '--task', 'quick'))['items']).toEqual([expect.objectContaining({ name: 'daily', status: 'active' })]);
  expect(await json('edit', 'daily', '--cron', '0 * * * *', '--misfire', 'all')).toMatchObject({
    words: 'Every hour (Asia/Shanghai)',
    misfire: 'all',
    version: 2,
  });
  const { next: dues } = (await json('show', String(created['id']))) as { next: string[] };
  expect((await json('next', 'daily', '--count', '2'))['items']).toEqual([
    expect.objectContaining({ dueAt: dues[0] }),
    expect.objectContaining({ dueAt: dues[1] }),
  ]);
  expect(await json('skip-next', 'daily')).toMatchObject({ nextDueAt: dues[1] });
  expect(await json('pause', 'daily')).toMatchObject({ status: 'paused' });
  const { executionId } = await json('run', 'daily');
  expect(await json('resume', 'daily')).toMatchObject({ status: 'active' });
  const preview = await json('backfill', 'daily', '--from', '2026-01-05T00:00Z', '--to', '2026-01-05T02:00Z', '--preview');
  expect(preview['items']).toHaveLength(2);
  expect((await json('history', 'daily'))['items']).toEqual(
    expect.arrayContaining([expect.objectContaining({ executionId, kind: 'run_now' }), expect.objectContaining({ reason: 'skip_next' })]),
  );
  expect((await cli('delete', 'daily')).code).toBe(0);
  const gone = await cli('show', 'daily');
  expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('contenthub schedule list')]);
});

it('needs one trigger', async () => {
  expect((await cli('create', 'two', 'quick', '--every', '1h', '--at', '2999-01-01')).code).toBe(2);
  expect((await cli('create', 'none', 'quick')).code).toBe(2);
});
