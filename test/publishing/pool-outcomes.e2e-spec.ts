import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { act, channel, content, enqueue, read, server, startPool, transitions, until } from './pool-server.ts';

beforeAll(() => startPool());
afterAll(() => server.close());

describe('a call that was not sent', () => {
  it('is repeated later when it may succeed', async () => {
    const entry = await enqueue(await content({}, ['busy']));
    const waiting = await until(entry, { attempts: 1, status: 'pending' });
    expect(waiting).toMatchObject({ lastError: { code: 'unreachable' } });
    expect(Date.parse(waiting.nextAttemptAt ?? '')).toBeGreaterThan(Date.now());
    await act(waiting, 'publish-now');
    expect(await until(entry, { status: 'published' })).toMatchObject({ attempts: 2, lastError: null });
    expect(channel.postsOf(entry.contentId)).toBe(1);
  });

  it('fails when it cannot, and is retried by a person', async () => {
    const entry = await enqueue(await content({}, ['refused']));
    const failed = await until(entry, { status: 'failed' });
    expect(failed).toMatchObject({ lastError: { code: 'no_credentials', pointer: '/password' }, nextAttemptAt: null });
    expect((await act(failed, 'retry')).body).toMatchObject({ status: 'pending', lastError: null });
    await until(entry, { status: 'published' });
    expect(await transitions(entry)).toEqual(['enqueue', 'begin', 'fail', 'retry', 'begin', 'publish']);
  });

  it('is pulled and restored', async () => {
    const failed = await until(await enqueue(await content({}, ['refused'])), { status: 'failed' });
    const pulled = (await act(failed, 'pull', { note: 'Not this week.' })).body;
    expect(pulled).toMatchObject({ status: 'pulled', note: 'Not this week.' });
    expect((await act(pulled, 'restore')).body).toMatchObject({ status: 'pending' });
    await until(failed, { status: 'published' });
  });
});

describe('a call whose outcome is unknown', () => {
  it('is found at the channel and not sent again', async () => {
    const entry = await enqueue(await content({}, ['lost']));
    expect(await until(entry, { status: 'published' })).toMatchObject({ attempts: 1 });
    expect(await transitions(entry)).toEqual(['enqueue', 'begin', 'lose', 'publish']);
    expect(channel.postsOf(entry.contentId)).toBe(1);
  });

  it('is sent again once it can no longer take effect and is not there', async () => {
    const entry = await enqueue(await content({}, ['vanished']));
    expect(await until(entry, { status: 'published' })).toMatchObject({ attempts: 2 });
    expect(await transitions(entry)).toEqual(['enqueue', 'begin', 'lose', 'absent', 'begin', 'publish']);
    expect(channel.postsOf(entry.contentId)).toBe(1);
  });

  it.each([true, false])('waits for a person where the channel cannot tell (there: %s)', async (published) => {
    const written = await content({}, [published ? 'lost' : 'vanished']);
    channel.blind.add(written.id);
    const entry = await enqueue(written);
    const unknown = await until(entry, { status: 'outcome_unknown' });
    const held = await waitFor(async () => (await read(entry)).lastError?.code === 'outcome_unknown' && read(entry), { what: 'the probe' });
    for (const action of ['publish-now', 'pull']) expect((await act(held, action)).status).toBe(409);
    expect(unknown.attempts).toBe(1);
    await act(held, 'settle', { published, externalUrl: published ? 'https://blog.example.org/found' : undefined });
    expect(await until(entry, { status: 'published' })).toMatchObject({
      attempts: 1,
      ...(published && { externalUrl: 'https://blog.example.org/found' }),
    });
    expect(channel.postsOf(written.id)).toBe(1);
  });

  it('of a process that was lost during the call is settled by the next one, and the late answer changes nothing', async () => {
    const written = await content({}, ['hangs']);
    channel.blind.add(written.id);
    const entry = await enqueue(written);
    await until(entry, { status: 'publishing' });
    await server.sql('UPDATE pool_entries SET next_attempt_at = app_clock() WHERE id = $1', [entry.id]);
    await until(entry, { status: 'outcome_unknown' });
    channel.release();
    expect(await until(entry, { status: 'published' })).toMatchObject({ attempts: 1 });
    expect(channel.postsOf(written.id)).toBe(1);
  });
});
