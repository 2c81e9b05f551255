import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { type StubAnswer, type StubRequest, startStub } from '../channels/stub-server.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { runBesideLock } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import { type AlertServer, startAlertServer } from './alert-harness.ts';
import { PASSWORD, startMailStub } from './mail-stub.ts';

const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

let server: AlertServer;
let sink: Awaited<ReturnType<typeof startStub>>;
let requests: StubRequest[] = [];
let answers: StubAnswer[] = [];
let mail: Awaited<ReturnType<typeof startMailStub>>;

beforeAll(async () => {
  sink = await startStub((request) => {
    requests.push(request);
    return answers.shift() ?? { status: 200, body: { code: 0, msg: 'success' } };
  });
  mail = await startMailStub();
  const allowed = `127.0.0.1:${sink.port},127.0.0.1:${mail.port}`;
  server = await startAlertServer({ settings: { EGRESS_ALLOW_PRIVATE: allowed, PUBLIC_URL: 'https://hub.example.org' } });
});
afterEach(async () => {
  await server.clear();
  requests = [];
  answers = [];
});
afterAll(async () => {
  await server.close();
  await sink.stop();
  await mail.stop();
});

const url = (path = '/hook?key=canary-key'): string => `http://127.0.0.1:${sink.port}${path}`;
const bodies = () => requests.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown> & { data: Record<string, unknown> });
const received = (count: number) => waitFor(async () => Promise.resolve(requests.length >= count), { what: `${count} requests` });
async function round(): Promise<void> {
  await server.evaluate();
  await server.dispatch();
}
/** Retries wait for seconds: their tasks are due at once. */
const hurry = () => server.sql(`UPDATE tasks SET run_at = app_now() WHERE name = 'deliver-alert' AND status = 'pending'`);

interface Execution {
  status: string;
  error: { code: string; message: string } | null;
  result: unknown;
}
async function testOf(channel: string): Promise<Execution> {
  const { status, body } = await server.http<{ executionId: string }>('POST', `/alert-channels/${channel}/test`);
  expect(status).toBe(202);
  return waitFor(
    async () => {
      const execution = (await server.http<Execution>('GET', `/executions/${body.executionId}`)).body;
      return ['completed', 'failed'].includes(execution.status) && execution;
    },
    { what: 'the end of the test' },
  );
}

describe('a notification', () => {
  it('is sent once for each state, although the receiver fails first', async () => {
    answers = [{ status: 500 }, { status: 503 }];
    await server.addChannel({ url: url(), signingSecret: SIGNING_SECRET });
    await server.addRule({ severity: 'critical', labels: { team: 'content' } });
    await server.addTasks();
    await round();
    await round();
    const delivered = async () => {
      await hurry();
      const [alert] = await server.alerts();
      return (await server.alert(alert?.id ?? '')).notifications.every(({ status }) => status === 'delivered');
    };
    await received(1);
    await waitFor(delivered, { what: 'the delivery' });
    await server.cancelTasks();
    await round();
    await round();
    await waitFor(delivered, { what: 'the second delivery' });
    const sent = bodies();
    expect(sent.map(({ type }) => type)).toEqual([...Array(3).fill('contenthub.alert.firing.v1'), 'contenthub.alert.resolved.v1']);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
    expect(new Set(requests.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(sent[0]?.data).toMatchObject({ kind: 'firing', rule: 'deep', severity: 'critical', value: 6, threshold: 5, resolvedAt: null });
    expect(sent[0]?.data).toMatchObject({
      labels: { team: 'content', queue: 'reports' },
      url: expect.stringMatching(/^https:\/\/hub\.example\.org\/alerts\//),
    });
    const { body, headers } = requests[3] as StubRequest;
    expect(() => new Webhook(SIGNING_SECRET).verify(body.toString(), headers as Record<string, string>)).not.toThrow();
    const [alert] = await server.alerts();
    const { notifications } = await server.alert(alert?.id ?? '');
    expect(notifications.map(({ kind, status, attempts, channelName }) => [kind, status, attempts, channelName])).toEqual([
      ['resolved', 'delivered', 1, 'ops'],
      ['firing', 'delivered', 3, 'ops'],
    ]);
  });

  it('goes to the channels that take its severity, and its end only where its beginning went', async () => {
    await server.addChannel({ url: url('/all') });
    await server.addChannel({ name: 'pager', url: url('/critical'), minSeverity: 'critical' });
    await server.addChannel({ name: 'off', url: url('/off'), enabled: false });
    await server.addRule({ severity: 'warning' });
    await server.addTasks();
    await round();
    await received(1);
    await server.addChannel({ name: 'late', url: url('/late') });
    await server.cancelTasks();
    await round();
    await received(2);
    expect(requests.map(({ url: to }) => to.pathname)).toEqual(['/all', '/all']);
    expect(await server.sql('SELECT FROM alert_notifications')).toHaveLength(2);
  });

  it('is repeated while nobody acknowledges, and not during a silence', async () => {
    await server.addChannel({ url: url() });
    await server.addRule({ repeatSeconds: 600 });
    await server.addTasks();
    await round();
    await server.age(599);
    await round();
    await server.age(600);
    await round();
    await received(2);
    const [alert] = await server.alerts();
    await server.http('POST', `/alerts/${alert?.id}/acknowledge`, {});
    await server.age(6_000);
    await round();
    await server.http('POST', `/alerts/${alert?.id}/silence`, { seconds: 600 });
    await server.cancelTasks();
    await round();
    expect((await server.alerts())[0]?.status).toBe('resolved');
    expect((await server.sql<{ kind: string }>('SELECT kind FROM alert_notifications ORDER BY id')).map(({ kind }) => kind)).toEqual([
      'firing',
      'reminder',
    ]);
  });

  it('is left to the process that dispatches it', async () => {
    await server.addChannel({ url: url() });
    await server.addRule();
    await server.addTasks();
    await server.evaluate();
    const lock = { text: 'SELECT FROM alert_notifications FOR UPDATE' };
    expect(await runBesideLock(server.app.get(Settings).databaseUrl ?? '', lock, server.dispatch)).toBe(0);
    expect(await server.dispatch()).toBe(1);
    await received(1);
  });

  it('of a deleted channel is cancelled', async () => {
    const channel = await server.addChannel({ url: url() });
    await server.addRule();
    await server.addTasks();
    await server.evaluate();
    await server.http('DELETE', `/alert-channels/${channel}`);
    expect(await server.dispatch()).toBe(0);
    expect(requests).toEqual([]);
  });
});

describe('a sample', () => {
  it('to a webhook says that it is a test, also to a disabled channel', async () => {
    const channel = await server.addChannel({ url: url(), enabled: false });
    expect(await testOf(channel)).toMatchObject({ status: 'completed', result: { status: 200 } });
    expect(bodies()[0]).toMatchObject({ type: 'contenthub.alert.test.v1', data: { kind: 'test', rule: 'test-of-the-channel' } });
  });

  it('is in the language of its channel', async () => {
    const channel = await server.addChannel({ kind: 'feishu', url: url(), language: 'zh' });
    await testOf(channel);
    const [{ content } = {}] = bodies() as unknown as { content?: { text: string } }[];
    expect(content?.text.split('\n').slice(0, 2)).toEqual(['[测试] 提示：test-of-the-channel', '所有队列中现在可以开始的任务数。']);
    const webhook = { name: 'events', kind: 'webhook', url: url(), language: 'zh' };
    const refused = await server.http('POST', '/alert-channels', webhook);
    expect([refused.status, refused.body]).toMatchObject([422, { errors: [{ pointer: '/language', code: 'not_of_this_kind' }] }]);
  });

  it('to a bot of Feishu is signed, and a code other than 0 is a failure', async () => {
    const channel = await server.addChannel({ kind: 'feishu', url: url(), signingSecret: 'feishu-secret' });
    expect((await testOf(channel)).status).toBe('completed');
    const [{ timestamp, sign, msg_type: type, content } = {}] = bodies() as Record<string, unknown>[];
    expect([type, sign]).toEqual([
      'text',
      createHmac('sha256', `${timestamp as string}\nfeishu-secret`)
        .update('')
        .digest('base64'),
    ]);
    expect(content).toMatchObject({ text: expect.stringContaining('[TEST] info: test-of-the-channel') });
    answers = [{ status: 200, body: { code: 19021, msg: 'sign match fail or timestamp is not within one hour' } }];
    expect(await testOf(channel)).toMatchObject({ status: 'failed', error: { code: 'feishu_19021' } });
    answers = [{ status: 200, body: 'welcome' }];
    expect(await testOf(channel)).toMatchObject({ status: 'failed', error: { code: 'feishu_answer' } });
  });

  it('to Slack is text whose marks are escaped', async () => {
    const channel = await server.addChannel({ kind: 'slack', url: url() });
    answers = [{ status: 200, body: 'ok' }];
    expect((await testOf(channel)).status).toBe('completed');
    const [{ text } = {}] = bodies() as Record<string, unknown>[];
    expect(text).toMatch(/^\*\[TEST\] info: test-of-the-channel\*\n.*\nValue: 51, the rule is &gt; 50/);
    answers = [{ status: 404, body: 'channel_not_found' }];
    expect(await testOf(channel)).toMatchObject({ status: 'failed', error: { code: 'http_404' } });
  });

  it('by e-mail arrives; a wrong password and a busy server are failures of their kind', async () => {
    const email = {
      kind: 'email',
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      from: 'hub@example.org',
      to: ['a@example.org', 'b@example.org'],
    };
    const channel = await server.addChannel({ ...email, user: 'hub', password: PASSWORD });
    expect(await testOf(channel)).toMatchObject({ status: 'completed', result: { accepted: 2, rejected: 0 } });
    expect(mail.mails).toMatchObject([{ from: 'hub@example.org', to: ['a@example.org', 'b@example.org'] }]);
    expect(mail.mails[0]?.text).toMatch(/^Subject: \[TEST\] info: test-of-the-channel \(ContentHub\)/m);
    expect(mail.mails[0]?.text).toMatch(/^Auto-Submitted: auto-generated/m);
    mail.refusals.push(451);
    expect(await testOf(channel)).toMatchObject({ error: { code: 'smtp_451', class: 'transient' } });
    const wrong = await server.addChannel({ ...email, name: 'wrong', user: 'hub', password: 'canary-wrong' });
    const failed = await testOf(wrong);
    expect(failed).toMatchObject({ error: { code: 'smtp_535', class: 'invalid_input' } });
    expect(JSON.stringify(failed)).not.toContain('canary');
  });

  it('never reaches a private address, by HTTP or SMTP, nor another port', async () => {
    const closed = [
      [{ url: 'https://169.254.169.254/latest' }, 'forbidden_address'],
      [{ url: 'http://localhost:8080/x' }, 'forbidden_address'],
      [{ kind: 'email', host: '127.0.0.1', port: 25, security: 'none', from: 'a@example.org', to: ['b@example.org'] }, 'forbidden_address'],
      [
        { kind: 'email', host: 'localhost', port: 587, security: 'none', from: 'a@example.org', to: ['b@example.org'] },
        'forbidden_address',
      ],
      [
        { kind: 'email', host: 'mail.example.org', port: 6_379, security: 'none', from: 'a@example.org', to: ['b@example.org'] },
        'forbidden_port',
      ],
    ] as const;
    for (const [i, [members, code]] of closed.entries()) {
      const channel = await server.addChannel({ name: `closed ${i}`, ...members });
      expect((await testOf(channel)).error?.code).toBe(code);
    }
  });
});

describe('the secrets of a channel', () => {
  const secretOf = async (id: string) =>
    (await server.sql<{ secrets: object }>('SELECT secrets FROM alert_channels WHERE id = $1', [id]))[0]?.secrets;
  const edit = (id: string, body: object, version = 1) =>
    server.http<{ errors: { pointer: string; code: string }[] }>('PATCH', `/alert-channels/${id}`, body, { 'if-match': `"v${version}"` });
  const EMAIL = { kind: 'email', host: 'mail.example.org', port: 587, security: 'starttls', from: 'a@example.org', to: ['b@example.org'] };

  it('are in no answer, and stay when they are not given', async () => {
    const id = await server.addChannel({ url: url(), signingSecret: SIGNING_SECRET });
    for (const path of ['/alert-channels', `/alert-channels/${id}`]) {
      const { text } = await server.http('GET', path);
      expect(text).not.toMatch(/canary|whsec_/);
      expect(text).toContain('"secrets":{"url":"********","signingSecret":"********"}');
    }
    const changed = await edit(id, { minSeverity: 'critical', signingSecret: '********' });
    expect([changed.status, changed.text.includes('canary')]).toEqual([200, false]);
    expect(await secretOf(id)).toEqual({ url: url(), signingSecret: SIGNING_SECRET });
  });

  it('a stored password goes to no other server', async () => {
    const id = await server.addChannel({ ...EMAIL, user: 'hub', password: PASSWORD });
    for (const change of [{ host: 'mail.attacker.example' }, { port: 25 }, { security: 'tls' }]) {
      const { status, body } = await edit(id, change);
      expect([status, body.errors[0]?.code]).toEqual([422, 'password_required']);
    }
    expect((await edit(id, { host: 'mail.example.org', to: ['c@example.org'] })).status).toBe(200);
    expect((await edit(id, { host: 'mail2.example.org', password: 'another-one' }, 2)).status).toBe(200);
  });

  it.each([
    ['url', 'required', {}],
    ['url', 'secret_in_the_clear', { url: 'http://hooks.example.org/x' }],
    ['url', 'is_url', { url: 'ftp://hooks.example.org/x' }],
    ['url', 'is_url', { url: 'https://user:password@hooks.example.org/x' }],
    ['host', 'not_of_this_kind', { url: 'https://hooks.example.org/x', host: 'mail.example.org' }],
    ['signingSecret', 'invalid_secret', { url: 'https://hooks.example.org/x', signingSecret: 'short' }],
    ['signingSecret', 'not_of_this_kind', { kind: 'slack', url: 'https://hooks.example.org/x', signingSecret: SIGNING_SECRET }],
    ['password', 'incomplete', { ...EMAIL, user: 'hub' }],
    ['security', 'secret_in_the_clear', { ...EMAIL, security: 'none', user: 'hub', password: PASSWORD }],
    ['to', 'is_email', { ...EMAIL, to: ['nobody'] }],
  ])('are checked: %s %s', async (name, code, members) => {
    const { status, body } = await server.http<{ errors: object[] }>('POST', '/alert-channels', { name: 'x', kind: 'webhook', ...members });
    expect([status, body.errors[0]]).toEqual([422, expect.objectContaining({ pointer: `/${name}`, code })]);
  });
});
