import { afterEach, expect, it } from '@jest/globals';
import { generateApiKey } from '../../src/platform/auth/api-key.ts';
import { checksum } from '../../src/platform/auth/token.ts';
import { type Answer, type MiniApp, startMiniApp } from './mini-app.ts';

let mini: MiniApp;
afterEach(() => mini.app.close());

const withKey = (key: string, from?: string): Promise<Answer> =>
  mini.send('/things', { headers: { authorization: `Bearer ${key}`, ...(from !== undefined && { 'x-forwarded-for': from }) } });

/** Another well-formed key with the prefix of `key`: 8 characters of its secret. */
function keyWithPrefix(key: string): string {
  const [mark, prefix] = ['ct_live_', key.slice(8, 16)];
  const secret = prefix + generateApiKey().slice(16, -6);
  return mark + secret + checksum(secret);
}

it('each key has its own limit per minute, and answers show the remaining requests', async () => {
  mini = await startMiniApp({ RATE_LIMIT_REQUESTS: '3' });
  const limits = ({ headers }: Answer) => ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));
  expect(limits(await mini.send('/things', { as: 'viewer' }))).toEqual(['3', '2', '20']);
  expect(limits(await mini.send('/things', { as: 'viewer', json: '{}' }))).toEqual(['3', '1', expect.stringMatching(/^(3\d|40)$/)]); // 403 counts
  expect((await mini.send('/things', { as: 'viewer' })).status).toBe(200);
  const refused = await mini.send('/things', { as: 'viewer' });
  expect([refused.status, refused.body.code, refused.body.retryable]).toEqual([429, 'rate_limited', true]);
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(refused.headers.get('retry-after')).toMatch(/^(1\d|20)$/);
  expect(limits(refused)).toEqual(['3', '0', expect.stringMatching(/^(5\d|60)$/)]);
  expect((await mini.send('/things', { as: 'editor' })).status).toBe(200);
  expect(limits(await mini.send('/'))).toEqual([null, null, null]);
});

it('0 sets no limit and no headers', async () => {
  mini = await startMiniApp({ RATE_LIMIT_REQUESTS: '0', RATE_LIMIT_AUTH_FAILURES: '0' });
  expect((await mini.send('/things', { as: 'viewer' })).headers.get('ratelimit-limit')).toBeNull();
  for (let i = 0; i < 40; i++) expect((await withKey(generateApiKey())).status).toBe(401);
});

const addressFails = async (failures = 30): Promise<void> => {
  for (let i = 0; i < failures; i++) expect((await withKey(i % 2 === 0 ? generateApiKey() : 'no key at all')).status).toBe(401);
};

it('an address that tries keys is rejected after 30, but a valid key is not, known to this process or not', async () => {
  mini = await startMiniApp();
  expect((await mini.send('/things', { as: 'viewer' })).status).toBe(200);
  await addressFails();
  const refused = await withKey(generateApiKey());
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([429, 'too_many_failed_attempts', '2']);
  expect((await withKey('no key at all')).status).toBe(429);
  expect((await mini.send('/things', { as: 'viewer' })).status).toBe(200);
  expect((await mini.send('/things', { as: 'operator' })).status).toBe(200); // unknown to this process
});

it('a valid key in many simultaneous requests after a restart is not rejected for the failures of others', async () => {
  mini = await startMiniApp();
  await addressFails();
  const answers = await Promise.all(Array.from({ length: 40 }, () => mini.send('/things', { as: 'viewer' })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

it('a valid key is not rejected when other secrets are tried with its prefix', async () => {
  mini = await startMiniApp({ TRUSTED_PROXY: '127.0.0.0/8' });
  const tried = Array.from({ length: 60 }, () => keyWithPrefix(mini.keys.operator));
  for (const [i, key] of tried.entries()) expect((await withKey(key, `203.0.113.${i}`)).status).toBe(i < 30 ? 401 : 429);
  expect((await mini.send('/things', { as: 'operator' })).status).toBe(200);
});

it('after many failures, the database is asked at most 10 times for one key and 100 times a second in total', async () => {
  mini = await startMiniApp({ RATE_LIMIT_AUTH_FAILURES: '1' }); // the next attempt is allowed after a minute, on any machine
  await addressFails(1);
  const { store } = mini;
  let before = store.finds;
  for (let i = 0; i < 10; i++) expect((await withKey('no key at all')).status).toBe(429);
  expect(store.finds - before).toBe(0);
  const revoked = generateApiKey();
  for (let i = 0; i < 30; i++) expect((await withKey(revoked)).status).toBe(429);
  expect(store.finds - before).toBe(10);
  before = store.finds;
  const startedAt = performance.now();
  for (let i = 0; i < 400; i++) expect((await withKey(generateApiKey())).status).toBe(429);
  const seconds = (performance.now() - startedAt) / 1_000;
  expect(store.finds - before).toBeLessThanOrEqual(Math.ceil(100 * (1 + seconds)));
});

it('a prefix that is tried from many addresses is rejected too', async () => {
  mini = await startMiniApp({ TRUSTED_PROXY: '127.0.0.0/8' });
  const tried = generateApiKey();
  for (let i = 0; i < 30; i++) expect((await withKey(tried, `203.0.113.${i}`)).status).toBe(401);
  expect((await withKey(tried, '203.0.113.200')).status).toBe(429);
  expect((await withKey(generateApiKey(), '203.0.113.200')).status).toBe(401);
});

it('forwarded addresses from a client are ignored', async () => {
  mini = await startMiniApp({ RATE_LIMIT_AUTH_FAILURES: '5' });
  for (let i = 0; i < 5; i++) expect((await withKey(generateApiKey(), `203.0.113.${i}`)).status).toBe(401);
  expect((await withKey(generateApiKey(), '203.0.113.200')).status).toBe(429);
});

it.each([
  ['1', '203.0.113.1', '203.0.113.2'],
  ['2', '203.0.113.1, 10.0.0.9', '203.0.113.2, 10.0.0.9'],
  ['127.0.0.1,10.0.0.0/8', '203.0.113.1, 10.0.0.9', '203.0.113.2, 10.0.0.9'],
])('TRUSTED_PROXY=%s distinguishes the clients behind it, and ignores forged ones', async (TRUSTED_PROXY, one, other) => {
  mini = await startMiniApp({ RATE_LIMIT_AUTH_FAILURES: '5', TRUSTED_PROXY });
  for (let i = 0; i < 5; i++) expect((await withKey(generateApiKey(), `198.51.100.${i}, ${one}`)).status).toBe(401);
  expect((await withKey(generateApiKey(), `198.51.100.9, ${one}`)).status).toBe(429);
  expect((await withKey(generateApiKey(), other)).status).toBe(401);
});

it('10,000 forged addresses get 401 or 429, and memory does not grow with them', async () => {
  mini = await startMiniApp({ TRUSTED_PROXY: '2', RATE_LIMIT_AUTH_FAILURES: '3' });
  const statuses = new Set<number>();
  for (let i = 0; i < 10_000; i += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, j) => withKey('x', `${'9'.repeat(1_000)}${i + j}, 10.0.0.1`)));
    for (const { status } of answers) statuses.add(status);
  }
  expect(statuses).toEqual(new Set([401, 429])); // all invalid addresses count as one
});
