import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { STORE_INTENT } from '../../src/content/publishing/boundary.sql.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import { channel, client, content, enqueue, type Entry, read, server, startPool, until } from './pool-server.ts';

beforeAll(() => startPool({ PUBLISH_SETTLE_AFTER: '600' }));
afterAll(() => server.close());

/** Ends after a whole round of the pool that began after the call. */
async function afterRound(): Promise<void> {
  const loops = server.app.get(LoopRegistry);
  const lastStart = () =>
    loops
      .states()
      .find(({ name }) => name === 'publish-pool')
      ?.lastStartAt?.getTime() ?? 0;
  for (let round = 0; round < 2; round++) {
    const before = lastStart();
    await waitFor(() => Promise.resolve(lastStart() > before), { what: 'a round of the pool' });
  }
}

const tasksOf = ({ accountId }: Entry) =>
  server.sql(`SELECT 1 FROM tasks WHERE name = 'publish-content' AND params ->> 'accountId' = $1`, [accountId]);

describe('an entry that waits for a person has no task', () => {
  it('before its content is approved', async () => {
    const entry = await enqueue(await content({ review: { mode: 'manual' } }));
    await afterRound();
    expect(await tasksOf(entry)).toEqual([]);
  });

  it('while its account is paused', async () => {
    const written = await content({ review: { mode: 'manual' } });
    const entry = await enqueue(written);
    await server.sql(`UPDATE accounts SET publishing_paused = true WHERE id = $1`, [written.accountId]);
    await server.http('POST', `/contents/${written.id}/approve`, {}, { 'if-match': '"v1"' });
    await afterRound();
    expect(await tasksOf(entry)).toEqual([]);
  });
});

describe('the intent of a version', () => {
  it('does not change its package, also when it was not sent', async () => {
    const entry = await until(await enqueue(await content({}, ['refused'])), { status: 'failed' });
    const change = server.sql(`UPDATE publish_intents SET package = '{}' WHERE entry_id = $1`, [entry.id]);
    await expect(change).rejects.toThrow('a frozen package');
  });

  it('is not taken by another call while its outcome is unknown', async () => {
    const written = await content({}, ['vanished']);
    const entry = await until(await enqueue(written), { status: 'outcome_unknown' });
    const again = [randomUUID(), entry.id, written.id, entry.channelId, 1, '{}', 'x'];
    expect(await server.sql(STORE_INTENT, again)).toEqual([]);
    expect(await server.sql(`SELECT sends FROM publish_intents WHERE entry_id = $1`, [entry.id])).toEqual([{ sends: 1 }]);
  });

  it('is not called again while the first call may still take effect, although the channel does not have it', async () => {
    const entry = await enqueue(await content({}, ['vanished']));
    const probed = await waitFor(
      async () => {
        const now = await read(entry);
        return (now.status !== 'publishing' && now.lastError?.message.includes('may still take effect')) || now.attempts > 1 ? now : false;
      },
      { what: 'the first probe' },
    );
    expect(probed).toMatchObject({ status: 'outcome_unknown', attempts: 1 });
    expect(channel.postsOf(entry.contentId)).toBe(0);
  });
});

it('a move of a version that another move has replaced meanwhile is refused', async () => {
  const written = await content({ review: { mode: 'manual' } });
  const entry = await enqueue(written);
  const lock = { text: 'SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE', values: [written.accountId] };
  const moveOther = () =>
    server.sql(`UPDATE pool_entries SET transition = 'move', revision = revision + 1, priority = 9 WHERE id = $1`, [entry.id]);
  const move = () => client.patch(`/pool/${entry.id}`, { priority: 2 }, '"v1"');
  const { answer } = await runBehindLock(server.app.get(Settings).databaseUrl as string, lock, move, moveOther);
  expect(answer.status).toBe(412);
  expect(await read(entry)).toMatchObject({ priority: 9, version: 2 });
});
