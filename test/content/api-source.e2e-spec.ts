import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SourceCheckView } from '../../src/content/accounts/sources/source-check.dto.ts';
import type { SuggestionsView } from '../../src/content/topics/topic.dto.ts';
import { ContentClient } from '../api/content-client.ts';
import { type StubRequest, startStub } from '../channels/stub-server.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';

const SECRET = 'Bearer the-token-of-the-test';
const TEXT = readFileSync('test/fixtures/sources/grid-storage.md', 'utf8');
const ARTICLES = [
  {
    headline: 'New storage in the north',
    body: '<p>It opened on Monday. It stores 12 MWh.</p>',
    links: [{ href: '/news/1' }],
    at: '2026-11-28T08:00:00Z',
  },
  {
    headline: 'How old batteries are used',
    body: 'They move to houses.\n\nSome are recycled.',
    links: [{ href: '/news/2' }],
    at: 1_795_000_000,
  },
];
const MAPPING = { items: 'data.articles', title: 'headline', text: 'body', url: 'links.0.href', published: 'at' };
const HEADERS = [{ name: 'Authorization', variable: 'SOURCE_SECRET_NEWS' }];

let server: TestApplication;
let client: ContentClient;
let stub: Awaited<ReturnType<typeof startStub>>;
let base: string;
const requests: StubRequest[] = [];

beforeAll(async () => {
  stub = await startStub((request) => {
    requests.push(request);
    if (request.url.pathname === '/open') return { status: 200, body: [{ t: 'Grid storage', b: TEXT }] };
    if (request.url.pathname === '/page') return { status: 200, body: '<html><p>Sign in</p></html>' };
    if (request.url.pathname === '/moved') return { status: 302, headers: { location: `http://localhost:${stub.port}/articles` } };
    if (request.headers.authorization !== SECRET) return { status: 401, body: { error: 'no token' } };
    return { status: 200, body: { data: { articles: ARTICLES } } };
  });
  base = `http://127.0.0.1:${stub.port}`;
  const allowed = [`127.0.0.1:${stub.port}`, `localhost:${stub.port}`].join(',');
  server = await startApplication({ settings: { EGRESS_ALLOW_PRIVATE: allowed, SOURCE_SECRET_NEWS: SECRET, SOURCE_SECRET_SHORT: 'ab' } });
  client = new ContentClient(server.http);
});
afterAll(async () => {
  await server.close();
  await stub.stop();
});

const source = (path: string, api: object, more: object = {}) => ({ type: 'api', name: 'Newsroom', location: base + path, api, ...more });
const NEWS = () => source('/articles', { ...MAPPING, headers: HEADERS });
const check = async (given: object) => (await server.http<Wire<SourceCheckView>>('POST', '/sources/check', { source: given })).body;

describe('POST /sources/check', () => {
  it('reads a JSON answer by the mapping, with the secret header', async () => {
    requests.length = 0;
    const answer = await check(NEWS());
    expect(answer).toEqual({
      usable: true,
      items: 2,
      words: 15,
      newestAt: '2026-11-28',
      samples: [
        {
          title: 'New storage in the north',
          url: `${base}/news/1`,
          publishedAt: '2026-11-28',
          text: 'It opened on Monday. It stores 12 MWh.',
        },
        {
          title: 'How old batteries are used',
          url: `${base}/news/2`,
          publishedAt: '2026-11-18',
          text: 'They move to houses. Some are recycled.',
        },
      ],
      warnings: [],
      problem: null,
    });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([SECRET]);
  });

  it.each<[string, () => object, string, string]>([
    [
      'another list',
      () => source('/articles', { ...MAPPING, items: 'data.items', headers: HEADERS }),
      'invalid_input',
      'the answer has the members data',
    ],
    ['no header', () => source('/articles', MAPPING), 'invalid_input', 'answered 401'],
    [
      'an unset variable',
      () => source('/articles', { ...MAPPING, headers: [{ name: 'X-Key', variable: 'SOURCE_SECRET_NONE' }] }),
      'invalid_input',
      'SOURCE_SECRET_NONE is not set',
    ],
    [
      'a short secret',
      () => source('/articles', { ...MAPPING, headers: [{ name: 'X-Key', variable: 'SOURCE_SECRET_SHORT' }] }),
      'invalid_input',
      'fewer than',
    ],
    ['a page', () => source('/page', { title: 't' }), 'invalid_input', 'use the type "url"'],
    [
      'a private address',
      () => ({ ...NEWS(), location: 'http://127.0.0.1:8080/x', api: MAPPING }),
      'invalid_input',
      'is not a public address',
    ],
    ['a secret over plain http', () => ({ ...NEWS(), location: 'http://api.example.org/x' }), 'invalid_input', 'Use https:'],
    ['no mapping', () => ({ type: 'api', location: base }), 'mapping_missing', 'api is required'],
    ['a mapping of another type', () => ({ type: 'url', location: base, api: { title: 't' } }), 'mapping_unused', 'leave it out'],
    [
      'a file',
      () => ({ type: 'api', location: 'grid-storage.md', api: { title: 't' } }),
      'not_an_address',
      'must be an http or https address',
    ],
    ['a missing file', () => ({ type: 'file', location: 'no-such-file.md' }), 'nothing_to_read', 'There is no file to read'],
  ])('says what to change for %s', async (_, given, code, detail) => {
    expect(await check(given())).toMatchObject({ usable: false, items: 0, problem: { code, detail: expect.stringContaining(detail) } });
  });

  it('sends no secret to another origin', async () => {
    requests.length = 0;
    expect(await check(source('/moved', { ...MAPPING, headers: HEADERS }))).toMatchObject({ usable: false });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([SECRET, undefined]);
  });

  it.each<[string, object, number, string]>([
    ['a feed', { type: 'rss', location: 'energy-news.rss.xml' }, 2, 'energy-news.rss.xml'],
    ['notes', { type: 'notes', text: 'A lease lasts 15 seconds.' }, 1, ''],
    ['rows', { type: 'data', name: 'Rows', text: 'a,b\n1,2\n' }, 1, ''],
  ])('reads %s too', async (_, given, least) => {
    const { usable, items, problem } = await check(given);
    expect([usable, items >= least, problem]).toEqual([true, true, null]);
  });

  it.each([
    [{ type: 'api', location: 'https://a.example', api: { title: 'a..b' } }, '/source/api/title'],
    [
      { type: 'api', location: 'https://a.example', api: { title: 't', headers: [{ name: 'X', variable: 'DATABASE_URL' }] } },
      '/source/api/headers/0/variable',
    ],
    [
      { type: 'api', location: 'https://a.example', api: { title: 't', headers: [{ name: 'X: y', variable: 'SOURCE_SECRET_A' }] } },
      '/source/api/headers/0/name',
    ],
    [{ type: 'api', location: 'https://a.example', api: {} }, '/source/api/title'],
  ])('rejects %j', async (given, pointer) => {
    const { status, body } = await server.http<{ errors: { pointer: string }[] }>('POST', '/sources/check', { source: given });
    expect([status, body.errors.map((error) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('needs the permission to edit accounts', async () => {
    const authorization = `Bearer ${await server.keyOf('viewer')}`;
    expect((await server.http('POST', '/sources/check', { source: NEWS() }, { authorization })).status).toBe(403);
  });
});

describe('an account with an API', () => {
  it('finds topics in its items, and shows no secret', async () => {
    const { id: accountId, sources } = await client.createAccount({ sources: [NEWS()] });
    expect(sources).toEqual([NEWS()]);
    const { items } = (await server.http<Wire<SuggestionsView>>('POST', '/topics/suggest', { accountId })).body;
    expect(new Map(items.map(({ title, sourceUrl }) => [title, sourceUrl]))).toEqual(
      new Map([
        ['How old batteries are used', `${base}/news/2`],
        ['New storage in the north', `${base}/news/1`],
      ]),
    );
  });

  it('writes a digest of its items', async () => {
    const { id: accountId } = await client.createAccount({ sources: [source('/open', { title: 't', text: 'b' })] });
    const content = await client.generate({ accountId, keywords: ['storage'] });
    expect(content).toMatchObject({ kind: 'digest', sources: [{ title: 'Newsroom — Grid storage', location: `${base}/open` }] });
  });

  it('is checked by the command line, source by source', async () => {
    const { name } = await client.createAccount({ sources: [NEWS(), { ...NEWS(), name: 'Closed', api: MAPPING }] });
    const env = { APP_SERVER: server.url, APP_TOKEN: server.key, NO_COLOR: '1' };
    const { code, stdout, stderr } = await runCli(['account', 'check-sources', name, '-o', 'json'], { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('1 of 2 sources cannot be read')]);
    expect(JSON.parse(stdout)).toMatchObject({
      items: [
        { source: 'Newsroom', type: 'api', usable: true, items: 2, problem: null },
        { source: 'Closed', usable: false, problem: expect.stringContaining('answered 401') },
      ],
    });
  });

  it('is refused without a mapping', async () => {
    const body = { name: 'no mapping', platform: 'blog', sources: [{ type: 'api', location: 'https://a.example/x' }] };
    const { status, body: problem } = await server.http<{ code: string; errors: { pointer: string; code: string }[] }>(
      'POST',
      '/accounts',
      body,
    );
    expect([status, problem.code, problem.errors]).toMatchObject([
      422,
      'source_unusable',
      [{ pointer: '/sources/0/api', code: 'mapping_missing' }],
    ]);
  });
});
