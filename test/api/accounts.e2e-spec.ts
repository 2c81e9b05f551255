import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { type Account, ContentClient, LATER, type Page } from './content-client.ts';

let server: TestApplication;
let client: ContentClient;

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

describe('accounts', () => {
  it('are erased when nothing belongs to them', async () => {
    const { id } = await client.createAccount();
    const topic = await server.http<{ id: string }>('POST', '/topics', { accountId: id, title: 'What an account owns' });
    const erase = () => server.http('DELETE', `/accounts/${id}?erase=true`);
    expect(await erase()).toMatchObject({ status: 409, body: { code: 'account_in_use' } });
    expect((await server.http('GET', `/accounts/${id}`)).body).toMatchObject({ status: 'active' });
    await server.http('DELETE', `/topics/${topic.body.id}`, undefined, { 'if-match': '*' });
    expect((await erase()).status).toBe(200);
    expect((await server.http('GET', `/accounts/${id}`)).status).toBe(404);
  });

  it('are created, read, changed and archived, each version with its ETag', async () => {
    const created = await server.http<Account>('POST', '/accounts', { name: 'life', platform: 'blog', owner: 'ada' });
    const path = `/accounts/${created.body.id}`;
    expect([created.status, created.headers.get('location'), created.headers.get('etag')]).toEqual([201, path, '"v1"']);
    expect(created.body).toEqual({
      id: created.body.id,
      review: { mode: 'auto' },
      creatorOptions: {},
      publishing: {},
      publishingPaused: false,
      name: 'life',
      platform: 'blog',
      owner: 'ada',
      status: 'active',
      language: 'en',
      timeZone: 'UTC',
      voice: {},
      sections: [],
      sources: [],
      creator: 'offline',
      concurrency: null,
      version: 1,
      createdAt: created.body.createdAt,
      updatedAt: created.body.createdAt,
    });
    const changed = await client.patch(path, { owner: null, voice: { tone: 'calm' } }, '"v1"');
    expect([changed.status, changed.headers.get('etag'), changed.body]).toMatchObject([
      200,
      '"v2"',
      { owner: null, voice: { tone: 'calm' }, version: 2 },
    ]);
    const read = await server.http<Account>('GET', path);
    expect([read.headers.get('etag'), read.body]).toEqual(['"v2"', changed.body]);
    expect((await client.patch(path, {}, '"v2"')).headers.get('etag')).toBe('"v2"');

    const archived = await server.http<Account>('DELETE', path);
    expect([archived.status, archived.body.status]).toEqual([200, 'archived']);
    expect((await client.submit({ account: 'life', topic: 'x' })).status).toBe(422);
    expect((await client.patch(path, { status: 'active' }, archived.headers.get('etag') ?? '')).body).toMatchObject({ status: 'active' });
    expect((await client.submit({ account: 'life', topic: 'x', runAt: LATER })).status).toBe(202);
  });

  it('normalise a name, and reject one that is invisible', async () => {
    const platform = 'blog';
    const created = await server.http<Account>('POST', '/accounts', {
      name: ' Cafe\u0301 ',
      platform,
      sections: [{ code: 'a', name: ' News\u3000' }],
    });
    expect([created.status, created.body]).toMatchObject([201, { name: 'Café', sections: [{ name: 'News' }] }]);
    expect((await server.http('POST', '/accounts', { name: 'Caf\u00E9', platform })).status).toBe(409);
    expect((await client.submit({ account: 'Cafe\u0301', topic: ' Tides ', runAt: LATER })).body).toMatchObject({ topic: 'Tides' });
    for (const name of ['a\u0007b', 'a\u202Eb', 'a\u200Bb', ' \t']) {
      const { status, body } = await server.http<ProblemBody>('POST', '/accounts', { name, platform });
      expect([name, status, body.errors?.[0]?.pointer]).toEqual([name, 422, '/name']);
    }
  });

  it('keep examples of their voice, and reject a blank, long or sixth one', async () => {
    const examples = ['Low water was at six.', '潮水退了。'];
    const { id } = await client.createAccount({ voice: { examples } });
    expect((await server.http<Account>('GET', `/accounts/${id}`)).body).toMatchObject({ voice: { examples } });
    for (const wrong of [[' '], ['x'.repeat(2001)], Array<string>(6).fill('x')]) {
      const { status, body } = await client.patch(`/accounts/${id}`, { voice: { examples: wrong } }, '"v1"');
      expect([status, body]).toMatchObject([422, { errors: [{ pointer: expect.stringMatching(/^\/voice\/examples/) }] }]);
    }
  });

  it('reject an address with a password, and do not repeat it', async () => {
    const sources = [{ type: 'url', location: 'https://reader:hunter22@news.example.org/page' }];
    const { status, body, text } = await server.http<ProblemBody>('POST', '/accounts', { name: 'leaky', platform: 'blog', sources });
    expect([status, body.errors?.[0]]).toMatchObject([
      422,
      { pointer: '/sources/0/location', detail: expect.stringContaining('must not contain a user name or password') },
    ]);
    expect(text).not.toContain('hunter22');
  });

  it('are changed by only one of many requests with the same version', async () => {
    const { id } = await client.createAccount();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => client.patch(`/accounts/${id}`, { owner: `editor ${i}` }, '"v1"')),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(9).fill(412)]);
    expect((await server.http<Account>('GET', `/accounts/${id}`)).body.version).toBe(2);
  });

  it('are listed newest first, in pages', async () => {
    const made = [await client.createAccount(), await client.createAccount(), await client.createAccount()]
      .map(({ id }) => id)
      .toReversed();
    const first = (await server.http<Page<Account>>('GET', '/accounts?limit=2')).body;
    const second = (await server.http<Page<Account>>('GET', `/accounts?limit=2&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].slice(0, 3).map(({ id }) => id)).toEqual(made);
  });

  it.each<[string, object, string, RegExp]>([
    [
      'a file that is not there',
      { type: 'file', location: 'absent.md' },
      'location',
      /no file to read at "absent.md": name an existing file/,
    ],
    ['a file of another kind', { type: 'file', location: 'absent.pdf' }, 'location', /ends in \.md, /],
    ['a text as data', { type: 'data', location: 'grid-storage.md' }, 'location', /ends in \.csv, \.tsv, \.json\./],
    ['a feed that is not there', { type: 'rss', location: 'absent.xml' }, 'location', /no file to read/],
    ['a file outside', { type: 'file', location: '/etc/passwd' }, 'location', /outside the folders .* SOURCE_ROOTS/],
    ['a path that leaves', { type: 'file', location: '../../../package.json' }, 'location', /outside the folders/],
    ['a path to nothing outside', { type: 'file', location: '../../../absent.json' }, 'location', /outside the folders/],
    ['a page without an address', { type: 'url', location: 'grid-storage.md' }, 'location', /http or https address/],
    ['a page with half an address', { type: 'url', location: 'https://' }, 'location', /http or https address/],
    ['notes without a word', { type: 'notes', text: ' \n' }, 'text', /has no words/],
  ])('reject %s as a source, new or changed', async (_, source, member, detail) => {
    const sources = [{ type: 'file', location: 'grid-storage.md' }, source];
    const refusal = { code: 'source_unusable', errors: [{ pointer: `/sources/1/${member}`, detail: expect.stringMatching(detail) }] };
    const created = await server.http<ProblemBody>('POST', '/accounts', { name: 'unreadable', platform: 'blog', sources });
    expect([created.status, created.body]).toMatchObject([422, refusal]);
    expect(await server.sql('SELECT 1 FROM accounts WHERE name = $1', ['unreadable'])).toEqual([]);
    const account = await client.createAccount({ sources: sources.slice(0, 1) });
    const changed = await client.patch(`/accounts/${account.id}`, { sources }, '"v1"');
    expect([changed.status, changed.body]).toMatchObject([422, refusal]);
    expect((await server.http<Account>('GET', `/accounts/${account.id}`)).body).toMatchObject({ version: 1, sources: account.sources });
  });

  it('give the same answer for a file outside the folders whether it exists or not', async () => {
    const detailOf = async (location: string): Promise<string> => {
      const sources = [{ type: 'file', location }];
      const { body } = await server.http<ProblemBody>('POST', '/accounts', { name: 'oracle', platform: 'blog', sources });
      return JSON.stringify(body.errors).replaceAll(location, '…');
    };
    expect(await detailOf('/etc/passwd')).toBe(await detailOf('/etc/absent'));
    expect(await detailOf('../../../package.json')).toBe(await detailOf('../../../absent.json'));
  });

  it('accept other changes while a stored source is missing', async () => {
    const { id } = await client.createAccount({ sources: [{ type: 'file', location: 'grid-storage.md' }] });
    await server.sql(`UPDATE accounts SET sources = '[{"type":"file","location":"gone.md"}]' WHERE id = $1`, [id]);
    expect((await client.patch(`/accounts/${id}`, { owner: 'ada' }, '"v1"')).status).toBe(200);
    expect((await server.http('DELETE', `/accounts/${id}`)).status).toBe(200);
  });
});
