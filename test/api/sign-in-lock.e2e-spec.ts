import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exposedBy, seriesOf } from '../monitoring/scrape.ts';
import type { Answer, TestApplication } from '../support/application.ts';
import { startApplication } from '../support/application.ts';
import { PASSWORD, PeopleClient, type Session, type User } from './people-client.ts';

let server: TestApplication;
let client: PeopleClient;
let user: User;

beforeAll(async () => {
  server = await startApplication({ settings: { TRUSTED_PROXY: '1' } });
  client = new PeopleClient(server);
  user = await client.signedIn({ username: 'Dora' });
});
afterAll(() => server.close());
beforeEach(() => server.sql('DELETE FROM sign_in_failures'));

const attempt = (username: string, password = 'not the password', address = '192.0.2.1'): Promise<Answer<Session>> =>
  client.send<Session>('POST', '/session', { username, password }, { 'x-forwarded-for': address });
const codeOf = ({ body }: { body: object }): unknown => Reflect.get(body, 'code');
/** As if so many seconds had passed. */
const pass = (seconds: number) =>
  server.sql(
    `UPDATE sign_in_failures SET locked_until = locked_until - make_interval(secs => $1), last_at = last_at - make_interval(secs => $1)`,
    [seconds],
  );
/** Stores failures as if they had happened. */
const fail = async (username: string, failures: number): Promise<void> => {
  await attempt(username);
  await server.sql(`UPDATE sign_in_failures SET failures = $1 WHERE source LIKE 'username %'`, [failures]);
};

describe('wrong passwords of a username', () => {
  it('lock it for a time that grows, from every address, and a right one forgets them', async () => {
    for (let i = 0; i < 4; i++) expect((await attempt('dora', 'wrong', `192.0.2.${i}`)).status).toBe(401);
    await server.sql(`UPDATE sign_in_failures SET failures = 10 WHERE source LIKE 'username %'`); // the first waits are short
    await attempt('dora');
    const locked = await attempt('DORA', PASSWORD, '192.0.2.99');
    expect([locked.status, codeOf(locked)]).toEqual([429, 'sign_in_locked']);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(50);
    await pass(64);
    expect((await attempt('dora')).status).toBe(401);
    expect(Number((await attempt('dora', PASSWORD)).headers.get('retry-after'))).toBeGreaterThan(100);
    await pass(128);
    expect((await attempt('dora', PASSWORD)).status).toBe(200);
    expect((await attempt('dora')).status).toBe(401);
    expect((await attempt('dora', PASSWORD)).status).toBe(200);
  });

  it('lock it for at most 15 minutes, and an attempt during a wait does not extend it', async () => {
    await fail('dora', 1_000);
    await attempt('dora');
    const wait = Number((await attempt('dora', PASSWORD)).headers.get('retry-after'));
    expect(wait > 880 && wait <= 900).toBe(true);
    await pass(600);
    expect(Number((await attempt('dora', PASSWORD)).headers.get('retry-after'))).toBeLessThanOrEqual(300);
    await pass(300);
    expect((await attempt('dora', PASSWORD)).status).toBe(200);
  });

  it('are forgotten after a day', async () => {
    await fail('dora', 1_000);
    await pass(86_401);
    expect((await attempt('dora')).status).toBe(401);
    expect((await attempt('dora', PASSWORD)).status).toBe(200);
  });

  it('sent at once are counted one by one', async () => {
    await fail('dora', 14);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => attempt('dora', 'wrong', `192.0.2.${i}`)));
    const statuses = answers.map(({ status }) => String(status)).toSorted();
    expect(statuses).toEqual(['401', ...Array.from({ length: 7 }, () => '429')]);
  });

  it('hold in other processes and after a restart, because the database has them', async () => {
    await fail('dora', 50);
    await attempt('dora');
    const rows = await server.sql<{ source: string }>('SELECT source FROM sign_in_failures ORDER BY source');
    expect(rows.map(({ source }) => source)).toEqual(['address 192.0.2.1', expect.stringMatching(/^username [\w-]{43}$/)]);
  });

  it('of an unknown username lock too, and get the same answers', async () => {
    const known = await attempt('dora');
    const unknown = await attempt('nobody');
    const { traceId: _a, ...one } = known.body as unknown as Record<string, unknown>;
    const { traceId: _b, ...two } = unknown.body as unknown as Record<string, unknown>;
    expect([unknown.status, two]).toEqual([known.status, one]);
    await fail('nobody', 20);
    await attempt('nobody');
    expect((await attempt('nobody')).status).toBe(429);
  });

  it('count for a change of the password too', async () => {
    const cookie = await client.cookie({ username: 'dora', password: PASSWORD });
    const changing = () => client.as(cookie, 'PUT', '/session/password', { current: 'not this one', password: 'another of my texts' });
    await fail('dora', 20);
    expect((await changing()).status).toBe(403);
    expect((await changing()).status).toBe(429);
  });

  it('are forgotten by a password that a link sets', async () => {
    await fail('dora', 50);
    await attempt('dora');
    expect((await client.setPassword(await client.link(user.id, 'reset'))).status).toBe(200);
    expect((await attempt('dora', PASSWORD, '192.0.2.77')).status).toBe(200);
  });
});

describe('wrong passwords from one address', () => {
  it('lock it for all usernames, and a right one does not forget them', async () => {
    await attempt('dora', PASSWORD);
    await server.sql(`UPDATE sign_in_failures SET failures = 29`);
    expect((await attempt('someone')).status).toBe(401);
    expect((await attempt('dora', PASSWORD)).status).toBe(429);
    expect((await attempt('dora', PASSWORD, '192.0.2.2')).status).toBe(200);
    await pass(1_024);
    expect((await attempt('dora', PASSWORD)).status).toBe(200);
    const [row] = await server.sql<{ failures: number }>(`SELECT failures FROM sign_in_failures WHERE source = 'address 192.0.2.1'`);
    expect(row?.failures).toBe(30);
  });
});

it('an unknown username takes as long as a known one', async () => {
  const time = async (username: string): Promise<number> => {
    const started = performance.now();
    await attempt(username);
    return performance.now() - started;
  };
  const [known, unknown] = [await time('dora'), await time('nobody')];
  expect(unknown).toBeGreaterThan(known / 3);
  expect(known).toBeGreaterThan(unknown / 3);
});

it('metrics count sign-ins by their outcome, and who is locked', async () => {
  const read = async () => seriesOf(await exposedBy(server.app));
  const before = await read();
  const series = (outcome: string) => `contenthub_sign_ins_total{method="password",outcome="${outcome}"}`;
  await attempt('dora', PASSWORD);
  await attempt('dora');
  await fail('dora', 10);
  await attempt('dora'); // begins a wait
  expect((await attempt('dora', PASSWORD)).status).toBe(429);
  await client.send('POST', '/session', { key: 'ct_live_nothing' });
  await server.sql('DELETE FROM metric_readings');
  const after = await read();
  const grown = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect([grown(series('ok')), grown(series('refused')), grown(series('locked'))]).toEqual([1, 3, 1]);
  expect(grown('contenthub_sign_ins_total{method="key",outcome="refused"}')).toBe(1);
  expect(after.get('contenthub_sign_ins_locked{source="username"}')).toBe(1);
});
