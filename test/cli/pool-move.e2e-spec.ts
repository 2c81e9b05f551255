import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { another, content, enqueue, type Entry, read, server, startPool } from '../publishing/pool-server.ts';
import { type CliSetting, runCli } from './run-cli.ts';

beforeAll(() => startPool());
afterAll(() => server.close());

const move = (words: string[], setting: CliSetting = {}) =>
  runCli(['pool', 'move', ...words], { ...setting, env: { APP_SERVER: server.url, APP_TOKEN: server.key, NO_COLOR: '1' } });

/** Two entries of one account that are pending. */
async function planned(): Promise<{ accountId: string; entries: Entry[] }> {
  const first = await content();
  const second = await another(first.accountId);
  const entries = [await enqueue(first, { at: '2099-03-28T09:00' }), await enqueue(second, { at: '2099-03-29T09:00' })];
  return { accountId: first.accountId, entries };
}
const priorities = async (entries: readonly Entry[]) => (await Promise.all(entries.map(read))).map(({ priority }) => priority);

it('moves each entry that is named', async () => {
  const { entries } = await planned();
  const { code, stdout } = await move([...entries.map(({ id }) => id), '--priority', '9', '-o', 'json']);
  expect([code, (JSON.parse(stdout) as { items: Entry[] }).items.map(({ id, priority }) => [id, priority])]).toEqual([
    0,
    entries.map(({ id }) => [id, 9]),
  ]);
  expect(await priorities(entries)).toEqual([9, 9]);
});

it('moves all pending entries of an account, but only these, after a confirmation', async () => {
  const { accountId, entries } = await planned();
  const { entries: others } = await planned();
  const words = ['--account', accountId, '--priority', '8'];
  expect(await move(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('This moves 2 entries. Confirm with --yes') });
  const dry = await move([...words, '--dry-run', '-o', 'json']);
  expect((JSON.parse(dry.stdout) as { items: Entry[] }).items.map(({ priority }) => priority)).toEqual([8, 8]);
  expect(await priorities(entries)).toEqual([5, 5]);
  expect((await move([...words, '--yes'])).code).toBe(0);
  expect(await priorities([...entries, ...others])).toEqual([8, 8, 5, 5]);
});

it('ends at the first refusal, and says what was moved', async () => {
  const { entries } = await planned();
  const [first, second] = entries as [Entry, Entry];
  const pulled = await server.http('POST', `/pool/${second.id}/pull`, {}, { 'if-match': `"v${second.version}"` });
  expect(pulled.status).toBe(200);
  const { code, stdout, stderr } = await move([first.id, second.id, '--priority', '7', '-o', 'name']);
  expect([code, stdout, stderr]).toEqual([7, `${first.id}\n`, expect.stringContaining('Moved 1 of 2, then refused')]);
  expect(await priorities(entries)).toEqual([7, 5]);
});

it.each([
  [['--priority', '7'], 'Name entries, or --account'],
  [['any', '--account', 'a', '--priority', '7'], 'Name entries, or --account'],
  [['any'], 'Nothing to change'],
])('refuses %j', async (words, said) => {
  expect(await move(words)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
});
