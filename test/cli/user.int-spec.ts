import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCli } from './run-cli.ts';
import { ACCOUNT_ID, EXECUTION_ID } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

const USER = {
  id: EXECUTION_ID,
  username: 'anna@example.org',
  displayName: 'Anna Schmidt',
  role: 'editor',
  accountIds: [ACCOUNT_ID],
  status: 'invited',
  issuer: null,
  createdBy: { type: 'key', id: ACCOUNT_ID, name: 'first key' },
  createdAt: '2026-11-23T01:00:12.000Z',
  disabledAt: null,
  lastSeenAt: null,
};
const LINK = { url: 'http://127.0.0.1:3000/admin/?link=cl_live_x', expiresAt: '2026-11-25T01:00:12.000Z' };
const ONE = `/users/${EXECUTION_ID}`;

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { APP_SERVER: server.url, APP_TOKEN: 'key', NO_COLOR: '1' };
  server.on('GET /users', { body: { items: [USER], nextCursor: null } });
  server.on(`GET ${ONE}`, { body: USER });
  server.on(`POST ${ONE}/link`, { status: 201, body: LINK });
  server.on(`PATCH ${ONE}`, { body: USER });
});
afterEach(() => server.stop());

const run = (...args: string[]) => runCli(['user', ...args], { env });
const bodies = (route: string) => server.requests(route).map(({ body }) => body);

it('user add creates a user and prints the link that invites', async () => {
  server.on('POST /users', { status: 201, body: USER });
  const { code, stdout, stderr } = await run(
    'add',
    'anna@example.org',
    '--role',
    'editor',
    '--name',
    'Anna Schmidt',
    '--account',
    ACCOUNT_ID,
  );
  expect([code, stdout.includes(LINK.url), stderr.includes('48 hours')]).toEqual([0, true, true]);
  expect(bodies('POST /users')).toEqual([
    { username: 'anna@example.org', role: 'editor', displayName: 'Anna Schmidt', accountIds: [ACCOUNT_ID] },
  ]);
  expect(bodies(`POST ${ONE}/link`)).toEqual([{ purpose: 'invite' }]);
});

it('user list and show', async () => {
  expect((await run('list')).stdout).toContain('anna@example.org');
  expect(JSON.parse((await run('show', 'anna@example.org', '-o', 'json')).stdout)).toEqual(USER);
});

it.each<[string[], object]>([
  [['set-role', 'anna@example.org', 'approver'], { role: 'approver' }],
  [['set-role', 'anna@example.org', 'approver', '--all-accounts'], { role: 'approver', accountIds: null }],
  [['set-role', EXECUTION_ID, 'viewer', '--account', ACCOUNT_ID], { role: 'viewer', accountIds: [ACCOUNT_ID] }],
  [['disable', 'anna@example.org', '--yes'], { disabled: true }],
  [['enable', 'anna@example.org'], { disabled: false }],
])('user %j', async (args, body) => {
  expect((await run(...args)).code).toBe(0);
  expect(bodies(`PATCH ${ONE}`)).toEqual([body]);
});

it('user disable asks first', async () => {
  const { code, stderr } = await run('disable', 'anna@example.org');
  expect([code, stderr.includes('signed out everywhere'), bodies(`PATCH ${ONE}`)]).toEqual([2, true, []]);
});

it('user link prints a link of a user, and without one a link of this machine', async () => {
  server.on('POST /session/code', { status: 201, body: { ...LINK, url: 'http://127.0.0.1:3000/admin/?code=cc_live_x' } });
  expect((await run('link', 'anna@example.org')).stdout).toContain('link=cl_live_x');
  expect((await run('link')).stdout).toContain('code=cc_live_x');
});

it('user sessions lists all, or those of a user', async () => {
  const session = {
    id: ACCOUNT_ID,
    kind: 'user',
    userId: EXECUTION_ID,
    keyId: null,
    name: 'anna@example.org',
    current: false,
    address: '192.0.2.7',
    userAgent: 'Firefox',
    createdAt: USER.createdAt,
    lastUsedAt: USER.createdAt,
    expiresAt: LINK.expiresAt,
  };
  server.on('GET /sessions', { body: { items: [session], nextCursor: null } });
  expect((await run('sessions')).stdout).toContain('192.0.2.7');
  await run('sessions', 'anna@example.org');
  expect(server.requests('GET /sessions').map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
    expect.objectContaining({ of: 'all' }),
    expect.objectContaining({ userId: EXECUTION_ID }),
  ]);
});

it('an unknown user: 3, with the next command', async () => {
  server.on('GET /users', { body: { items: [], nextCursor: null } });
  server.on('GET /sessions', problem(404, 'x', 'x'));
  const { code, stderr } = await run('show', 'nobody');
  expect([code, stderr.includes('contenthub user list')]).toEqual([3, true]);
});
