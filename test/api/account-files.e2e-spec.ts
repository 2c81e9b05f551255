import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import type { AccountImportView } from '../../src/content/accounts/yaml/account-import.dto.ts';
import type { AccountView } from '../../src/content/accounts/account.view.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { type Answer, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { ContentClient, SOURCES } from './content-client.ts';

interface ExportedFile {
  accounts: Record<string, unknown>[];
}

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

interface Sent {
  status: number;
  body: Wire<AccountImportView> & { code: string; detail: string };
  etag: string | null;
}

async function send(text: string | Buffer, query = '', ifMatch?: string, type = 'application/yaml'): Promise<Sent> {
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': type, ...(ifMatch !== undefined && { 'if-match': ifMatch }) };
  const answer = await fetch(`${server.url}/accounts/import${query}`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(text)) });
  return { status: answer.status, body: (await answer.json()) as Sent['body'], etag: answer.headers.get('etag') };
}
const preview = async (accounts: object[]) => (await send(stringify({ accounts }), '?dryRun=true')).body;
const apply = (accounts: object[], etag: string) => send(stringify({ accounts }), '', etag);
const exported = async (): Promise<Answer> => server.http('GET', '/accounts/export');
const names = async () => (await server.http<{ items: AccountView[] }>('GET', '/accounts?limit=200')).body.items.map(({ name }) => name);

describe('accounts as a file', () => {
  it('are exported by name, and an import of that changes nothing', async () => {
    const { id, name } = await client.createAccount({
      sources: SOURCES,
      language: 'en',
      voice: { tone: 'calm: "precise" # 精确', minWords: 10 },
    });
    const { status, headers, text } = await exported();
    expect([status, headers.get('content-type')]).toEqual([200, 'application/yaml']);
    const file = parse(text) as ExportedFile;
    const mine = file.accounts.find((account) => account['name'] === name);
    expect(mine).toMatchObject({ voice: { tone: 'calm: "precise" # 精确', minWords: 10 }, sources: SOURCES, status: 'active' });
    expect(text).not.toContain(id);
    const { body } = await send(text, '?dryRun=true');
    expect(body).toMatchObject({ applied: false, created: 0, changed: 0, errors: 0, unchanged: file.accounts.length });
    const limited = await server.keyOf('viewer', { accountIds: [id] });
    const own = await server.http('GET', '/accounts/export', undefined, { authorization: `Bearer ${limited}` });
    expect((parse(own.text) as ExportedFile).accounts.map((account) => account['name'])).toEqual([name]);
  });

  it('show each field that an import would change, and are changed only as shown', async () => {
    const { id, name } = await client.createAccount({ voice: { tone: 'calm', minWords: 10 }, language: 'en' });
    const accounts = [
      { name, owner: 'desk', voice: { tone: 'lively', minWords: 10 }, status: 'paused' },
      { name: `${name}-new`, platform: 'blog', language: 'zh' },
    ];
    const shown = await preview(accounts);
    expect(shown).toMatchObject({
      created: 1,
      changed: 1,
      items: [
        {
          name,
          action: 'changed',
          changes: [
            { field: '/owner', before: null, after: 'desk' },
            { field: '/voice/tone', before: 'calm', after: 'lively' },
            { field: '/status', before: 'active', after: 'paused' },
          ],
        },
        { name: `${name}-new`, action: 'created' },
      ],
    });
    expect(await names()).not.toContain(`${name}-new`);
    expect(await apply(accounts, shown.etag)).toMatchObject({ status: 200, body: { applied: true, created: 1, changed: 1 } });
    const { body } = await server.http<AccountView>('GET', `/accounts/${id}`);
    expect(body).toMatchObject({ owner: 'desk', voice: { tone: 'lively', minWords: 10 }, status: 'paused', language: 'en', version: 2 });
    expect(await preview(accounts)).toMatchObject({ unchanged: 2, created: 0, changed: 0 });
  });

  it('are not changed after another change of one of them, of another file, or without a preview', async () => {
    const { id, name } = await client.createAccount();
    const accounts = [{ name, owner: 'desk' }];
    const { etag } = await preview(accounts);
    expect(await apply([{ name, owner: 'other' }], etag)).toMatchObject({ status: 412, body: { code: 'accounts_changed' } });
    expect(await send(stringify({ accounts }))).toMatchObject({ status: 428, body: { code: 'if_match_required' } });
    await server.http('PATCH', `/accounts/${id}`, { platform: 'site' }, { 'if-match': '"v1"' });
    const refused = await apply(accounts, etag);
    expect(refused).toMatchObject({ status: 412, body: { code: 'accounts_changed' } });
    expect((await server.http<AccountView>('GET', `/accounts/${id}`)).body).toMatchObject({ owner: null, version: 2 });
    expect(await apply(accounts, refused.etag ?? '')).toMatchObject({ status: 200, body: { changed: 1 } });
  });

  it('are all changed or none', async () => {
    const { id, name } = await client.createAccount();
    const accounts = [
      { name, owner: 'desk' },
      { name: 'half', platform: 'blog', voice: { minWord: 5 } },
      { name: 'nowhere', platform: 'blog', creator: 'gpt' },
      { name: 'unready', platform: 'blog', sources: [{ type: 'file', location: '/etc/passwd' }] },
    ];
    const shown = await preview(accounts);
    expect(shown).toMatchObject({
      errors: 3,
      items: [
        { action: 'changed' },
        {
          action: 'error',
          changes: [],
          errors: [
            {
              field: '/voice/minWord',
              line: 7,
              detail: 'there is no member ‘minWord’, did you mean ‘minWords’?',
              remedy: 'Correct /voice/minWord in the file.',
            },
          ],
        },
        { errors: [{ field: '/creator', line: 10 }] },
        { errors: [{ field: '/sources/0/location' }] },
      ],
    });
    const { status, body } = await apply(accounts, shown.etag);
    expect([status, body.code]).toEqual([422, 'accounts_invalid']);
    expect(body.detail).toContain('half, line 7: there is no member ‘minWord’');
    expect((await server.http<AccountView>('GET', `/accounts/${id}`)).body).toMatchObject({ owner: null, version: 1 });
  });

  it('that another request creates during the import are created once', async () => {
    const accounts = [{ name: 'twins', platform: 'blog' }];
    const { etag } = await preview(accounts);
    const created = `INSERT INTO accounts (id, name, platform) VALUES (gen_random_uuid(), 'twins', 'blog')`;
    const url = server.app.get(Settings).databaseUrl ?? '';
    // The import has found no account of this name, and waits for the unique name.
    const { answer } = await runBehindLock(url, { text: created, commits: true }, () => apply(accounts, etag));
    expect([answer.status, answer.body.code]).toEqual([412, 'accounts_changed']);
    expect((await names()).filter((name) => name === 'twins')).toEqual(['twins']);
  });

  it.each([
    ['aliases', 'a: &a [x, x]\nb: &b [*a, *a]\naccounts: [*b]', 'line 2: Aliases are not accepted'],
    ['a name twice', 'accounts:\n- name: a\n  name: b', 'line 3: Map keys must be unique'],
    ['a prototype', 'accounts:\n- name: a\n  __proto__: {admin: true}', 'line 3: The name "__proto__" is reserved'],
    ['a constructor', 'accounts:\n- name: a\n  voice: {constructor: 1}', 'line 3: The name "constructor" is reserved'],
    ['another root', 'accounts: []\nuser: x', 'line 2: "user" is unknown here'],
    ['one account twice', 'accounts:\n- name: a\n- name: a', 'line 3: The account "a" is given twice.'],
    ['an account without a name', 'accounts:\n- platform: blog', 'line 2: An account must be a map with a name.'],
    ['no list', 'accounts: x', 'line 1: accounts must be a list'],
    ['a tag', 'accounts: !!js/function x', 'line 1'],
    ['no YAML', 'accounts: [', 'line 1'],
    ['deep nesting', `accounts: ${'['.repeat(2_000)}`, 'line 1'],
    ['nothing', '', 'line 1: The file must be a map'],
  ])('a file with %s is rejected, and says where', async (_, text, where) => {
    const { status, body } = await send(text, '?dryRun=true');
    expect([status, body.code]).toEqual([422, 'accounts_file_invalid']);
    expect(body.detail).toContain(where);
  });

  it('a file that is too large, not UTF-8 or no YAML file is rejected', async () => {
    expect(await send('a'.repeat(5_000_000), '?dryRun=true')).toMatchObject({ status: 413 });
    expect(await send('a'.repeat(600_000), '?dryRun=true')).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(await send(Buffer.from([0x61, 0xff]), '?dryRun=true')).toMatchObject({ status: 400, body: { code: 'invalid_utf8' } });
    expect(await send('{}', '?dryRun=true', undefined, 'application/json')).toMatchObject({ status: 415 });
  });
});
