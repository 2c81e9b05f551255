import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountCheckReport } from '../../src/content/accounts/check/account-check.view.ts';
import type { AccountView } from '../../src/content/accounts/account.view.ts';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';

let server: TestApplication;
let made = 0;
beforeAll(async () => {
  server = await startApplication({ settings: { SOURCE_ROOTS: '.' } });
});
afterAll(() => server.close());

async function account(fields: object): Promise<string> {
  const body = { name: `account ${++made}`, platform: 'blog', language: 'en', timeZone: 'Asia/Shanghai', ...fields };
  const answer = await server.http<Wire<AccountView>>('POST', '/accounts', body);
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body.id;
}

async function channel(id: string, fields: object): Promise<void> {
  const answer = await server.http('POST', `/accounts/${id}/channels`, fields);
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
}

async function paused(): Promise<string> {
  const id = await account({});
  await server.sql(`UPDATE accounts SET status = 'paused' WHERE id = $1`, [id]);
  return id;
}

async function check(id: string, headers?: Record<string, string>): Promise<Wire<AccountCheckReport>> {
  const answer = await server.http<Wire<AccountCheckReport>>('GET', `/accounts/${id}/check`, undefined, headers);
  expect(answer.status).toBe(200);
  return answer.body;
}

const statusesOf = ({ checks }: Wire<AccountCheckReport>) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const READABLE = { type: 'file', location: 'docs/architecture.md' };

describe('GET /accounts/{id}/check', () => {
  it('finds nothing wrong with an account that works', async () => {
    const id = await account({ sources: [READABLE] });
    await channel(id, { name: 'site', kind: 'file', config: { mode: 'publish', folder: 'site' } });
    const report = await check(id);
    expect(statusesOf(report)).toEqual({
      'account.status': 'ok',
      'creator.known': 'ok',
      'creator.options': 'ok',
      'creator.usable': 'ok',
      'sources.1': 'ok',
      'channels.site': 'ok',
      'publishing.slots': 'ok',
      'publishing.paused': 'ok',
    });
    expect([report.accountId, report.status, report.checks.every(({ remedy }) => remedy === null)]).toEqual([id, 'ok', true]);
  });

  it('names each part that would fail, with its remedy', async () => {
    const id = await account({
      sources: [READABLE, { type: 'url', name: 'away', location: 'http://127.0.0.1:9/feed' }],
      publishing: { dailyQuota: 0 },
    });
    await channel(id, {
      name: 'blog',
      kind: 'webhook',
      config: { mode: 'publish', url: 'https://hooks.example.org/x', secretVariable: 'CHANNEL_NOT_SET' },
    });
    await server.sql(`UPDATE accounts SET creator = 'gone' WHERE id = $1`, [id]);
    const report = await check(id);
    expect(statusesOf(report)).toMatchObject({
      'creator.known': 'fail',
      'sources.1': 'ok',
      'sources.2': 'fail',
      'channels.blog': 'fail',
      'publishing.slots': 'fail',
    });
    const failed = report.checks.filter(({ status }) => status === 'fail');
    expect([report.status, failed.every(({ remedy }) => remedy !== null)]).toEqual(['fail', true]);
    expect(report.checks.find(({ name }) => name === 'channels.blog')?.detail).toContain('CHANNEL_NOT_SET');
  });

  it('warns of what waits or is missing, and of nothing else', async () => {
    const id = await paused();
    const report = await check(id);
    expect([report.status, statusesOf(report)]).toEqual([
      'warn',
      expect.objectContaining({ 'account.status': 'warn', 'sources.configured': 'warn', 'channels.enabled': 'warn' }),
    ]);
  });

  it('speaks the language of the request', async () => {
    const id = await paused();
    const { checks } = await check(id, { 'accept-language': 'zh' });
    expect(checks[0]).toEqual({
      name: 'account.status',
      status: 'warn',
      detail: '已暂停：计划不再请求内容',
      remedy: '原因消除后把状态改为 active',
    });
  });

  it('is not for those who may not change the account', async () => {
    const id = await account({});
    const viewer = await server.http<{ key: string }>('POST', '/keys', { name: 'viewer', roles: ['viewer'] });
    const refused = await server.http<ProblemBody>('GET', `/accounts/${id}/check`, undefined, {
      authorization: `Bearer ${viewer.body.key}`,
    });
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_required']);
  });
});
