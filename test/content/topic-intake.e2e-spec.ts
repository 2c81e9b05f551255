import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SuggestionsView, TopicImportView, TopicView } from '../../src/content/topics/topic.dto.ts';
import { type Account, ContentClient, LATER } from '../api/content-client.ts';
import { type Answer, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { removeContents } from '../support/remove-contents.ts';

type Topic = Wire<TopicView>;

let server: TestApplication;
let client: ContentClient;
let account: Account;
beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
beforeEach(async () => {
  await removeContents(server);
  account = await client.createAccount({
    language: 'en',
    sections: [{ code: 'storage', name: 'Grid storage', keywords: ['battery'] }],
    sources: [
      { type: 'file', location: 'grid-storage.md' },
      { type: 'rss', location: 'energy-news.rss.xml' },
    ],
  });
});

const post = <Body = Topic>(path: string, body: object, headers = {}): Promise<Answer<Body>> =>
  server.http<Body>('POST', path, body, headers);
const add = (title: string, fields: object = {}) => post('/topics', { accountId: account.id, title, ...fields });
const importLines = async (...lines: string[]) =>
  (await post<Wire<TopicImportView>>('/topics/import', { accountId: account.id, lines })).body;
const suggest = async (body: object = {}) =>
  (await post<Wire<SuggestionsView>>('/topics/suggest', { accountId: account.id, ...body })).body;
const act = (topic: Topic, action: string, body?: object) =>
  server.http<Topic>('POST', `/topics/${topic.id}/${action}`, body, { 'if-match': `"v${topic.version}"` });

describe('an import', () => {
  it('adds lines and names each that it leaves out', async () => {
    await add('Where lithium comes from');
    const { created, skipped } = await importLines(
      '- How a battery ages in winter',
      '',
      '2. Where lithium comes from',
      'How a battery ages in the winter',
      'a\u200bb',
    );
    expect(created.map(({ title, origin }) => [title, origin])).toEqual([['How a battery ages in winter', 'import']]);
    expect(skipped.map(({ code }) => code)).toEqual(['title_invalid', 'in_backlog', 'in_backlog']);
  });

  it('reads CSV, and names wrong cells, columns and nothing', async () => {
    const csv =
      'title,keywords,series,number,expiresAt\nHow a battery ages,lithium; cold,Batteries,2,2999-01-01T00:00:00Z\nCake,,Cakes,,\nPie,,,,soon\n';
    const send = (body: object) =>
      post<Wire<TopicImportView> & { code: string }>('/topics/import', { accountId: account.id, ...body }).then(
        ({ body: answer }) => answer,
      );
    const { created, skipped } = await send({ csv });
    expect(created).toMatchObject([{ keywords: ['lithium', 'cold'], series: 'Batteries', number: 2 }]);
    expect(created).toHaveLength(1); // a year from 3000 on is rejected below
    expect(skipped.map(({ title, detail }) => `${title}: ${detail.split(' ')[0]}`)).toEqual(['Cake: number', 'Pie: expiresAt']);
    expect(await send({ csv: 'name\nCake' })).toMatchObject({ code: 'csv_invalid' });
    expect(await send({ csv: 'title,color\nCake,red' })).toMatchObject({ code: 'csv_invalid' });
    expect(await send({})).toMatchObject({ code: 'topics_required' });
    expect(await send({ csv: 'title\nPie', feeds: true })).toMatchObject({ code: 'topics_required' });
  });

  it('as a dry run answers the same and stores nothing', async () => {
    const lines = ['How a grid is balanced', 'How a grid is balanced', 'Why batteries wear out'];
    const backlog = async () => (await server.http<{ items: unknown[] }>('GET', `/topics?accountId=${account.id}&limit=200`)).body.items;
    const before = await backlog();
    const { body: dry } = await post<Wire<TopicImportView>>('/topics/import', { accountId: account.id, lines, dryRun: true });
    expect(await backlog()).toEqual(before);
    const stored = await importLines(...lines);
    const titlesOf = ({ created, skipped }: Wire<TopicImportView>) => [created.map(({ title }) => title), skipped];
    expect(titlesOf(dry)).toEqual(titlesOf(stored));
    expect(dry.created.map(({ title }) => title)).toEqual(['How a grid is balanced', 'Why batteries wear out']);
  });

  it('of feeds adds their recent items', async () => {
    const none = (await post<Wire<TopicImportView>>('/topics/import', { accountId: account.id, feeds: true })).body;
    expect(none.created).toEqual([]);
    expect(new Set(none.skipped.map(({ code }) => code))).toEqual(new Set(['too_old']));
    const item = `<item><title>New storage in the north</title><link>https://news.example/a</link><pubDate>${new Date().toUTCString()}</pubDate><description>${'A battery was built. '.repeat(40)}</description></item>`;
    const sources = [{ type: 'notes', text: `<rss version="2.0"><channel><title>News</title>${item}</channel></rss>` }];
    await client.patch(`/accounts/${account.id}`, { sources }, '"v1"');
    expect((await suggest()).items).toMatchObject([{ title: 'New storage in the north', sourceUrl: 'https://news.example/a' }]);
  });
});

describe('suggestions', () => {
  it('come from the sources, the best first, and are no duplicates', async () => {
    const { items, saved } = await suggest({ limit: 2, save: true });
    expect(items.map(({ title }) => title)).toEqual(['Why batteries came first', 'Storage on the grid, a field report: What it costs']);
    const totals = items.map(({ scores }) => scores.total);
    expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    expect(saved.map(({ title, origin }) => [title, origin])).toEqual(items.map(({ title }) => [title, 'source']));
    const [first] = saved;
    await act(first as Topic, 'reject', {});
    const again = await suggest({ limit: 200 });
    const known = new Set(saved.map(({ title }) => title));
    expect(again.items.filter(({ title }) => known.has(title))).toEqual([]);
    expect(again.skipped.filter(({ title }) => known.has(title)).map(({ code }) => code)).toEqual(Array(2).fill('in_backlog'));
  });

  it('include the topics of requests that ended without a content', async () => {
    const task = (await client.submit({ accountId: account.id, topic: 'How a battery ages in winter', runAt: LATER })).body;
    expect((await suggest({ limit: 200 })).items.filter(({ origin }) => origin === 'history')).toEqual([]);
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
    const { items } = await suggest({ limit: 200 });
    expect(items.find(({ origin }) => origin === 'history')).toMatchObject({ title: 'How a battery ages in winter', section: 'storage' });
  });

  it('may be none: the reasons say why', async () => {
    account = await client.createAccount();
    expect(await suggest()).toEqual({
      items: [],
      skipped: [],
      saved: [],
      reasons: [{ code: 'no_sources', detail: expect.any(String) }],
    });
    account = await client.createAccount({ sources: [{ type: 'notes', text: 'Layout' }] });
    const { items, skipped, reasons } = await suggest();
    expect([items, skipped.map(({ code }) => code), reasons.map(({ code }) => code)]).toEqual([[], ['title_invalid'], ['nothing_new']]);
    account = await client.createAccount({ sources: [{ type: 'url', location: 'http://127.0.0.1:9/a' }] });
    expect(await suggest()).toMatchObject({ items: [], reasons: [{ code: 'sources_unreadable' }] });
  });
});
