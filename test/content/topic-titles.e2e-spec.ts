import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuggestionsView } from '../../src/content/topics/topic.dto.ts';
import { TopicTitleRetention } from '../../src/content/topics/topic-title.retention.ts';
import { type Account, ContentClient } from '../api/content-client.ts';
import { LlmStub, type StubAnswer, type StubRequest } from '../creators/llm-stub.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';

type Suggestions = Wire<SuggestionsView>;

const folder = mkdtempSync(join(tmpdir(), 'contenthub-titles-'));
let stub: LlmStub;
let server: TestApplication;
let client: ContentClient;
let account: Account;

beforeAll(async () => {
  stub = new LlmStub();
  const config = join(folder, 'llm.yaml');
  const provider = { baseUrl: await stub.start(), apiKeyVariable: 'TITLES_TEST_KEY', model: 'large', models: { titles: 'small' } };
  writeFileSync(config, JSON.stringify({ providers: { stub: { ...provider, price: { input: 1, output: 2, currency: 'USD' } } } }));
  server = await startApplication({ settings: { CREATOR_LLM_CONFIG: config, TITLES_TEST_KEY: 'sk-test' } });
  client = new ContentClient(server.http);
});
afterAll(async () => {
  await server.close();
  await stub.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  stub.requests.length = 0;
  stub.answer = wordAll;
  for (const table of ['topics', 'contents', 'content_generation', 'budgets', 'creator_usage', 'creator_circuits'])
    await server.sql(`DELETE FROM ${table}`);
  account = await accountOf();
});

const accountOf = (fields: object = {}): Promise<Account> =>
  client.createAccount({
    language: 'en',
    creator: 'llm',
    sections: [{ code: 'storage', name: 'Grid storage', keywords: ['battery'] }],
    sources: [
      { type: 'file', location: 'grid-storage.md' },
      { type: 'rss', location: 'energy-news.rss.xml' },
    ],
    ...fields,
  });

/** The candidates of a request: [id, title]. */
const candidatesOf = ({ messages }: StubRequest): [string, string][] =>
  [...(messages.at(-1)?.content ?? '').matchAll(/<candidate id="(\d+)"[^>]*>\n(.*)\n<\/candidate>/g)].map(([, id = '', title = '']) => [
    id,
    title,
  ]);
const worded = (title: string) => `Editors ask: ${title.split(' ').toReversed().join(' ')}`;
const answerOf = (titles: { id: string; title: string }[]): StubAnswer => ({ parts: [JSON.stringify({ titles })] });
function wordAll(request: StubRequest): StubAnswer {
  return answerOf(candidatesOf(request).map(([id, title]) => ({ id, title: worded(title) })));
}
const suggest = async (body: object = {}, of = account) =>
  (await server.http<Suggestions>('POST', '/topics/suggest', { accountId: of.id, limit: 3, ...body })).body;
const rows = () => server.sql('SELECT state, step, model, account_id AS "accountId" FROM creator_usage');
const codes = ({ reasons }: Suggestions) => reasons.map(({ code }) => code).filter((code) => code.startsWith('title'));

describe('the titles of suggestions', () => {
  it('are worded by the model of the account, with a prompt of its own and a row in the ledger; the scores are computed', async () => {
    const found = await suggest();
    expect(found.items).toHaveLength(3);
    for (const { title, sourceTitle, scores } of found.items) {
      expect(title).toBe(worded(sourceTitle ?? ''));
      expect(scores.total).toBeGreaterThan(0);
    }
    expect(codes(found)).toEqual([]);
    expect(stub.requests.map(({ model, messages }) => [model, messages.map(({ role }) => role)])).toEqual([['small', ['system', 'user']]]);
    expect(await rows()).toEqual([{ state: 'settled', step: 'titles', model: 'small', accountId: account.id }]);
  });

  it('are paid for once: what was shown is what is saved, and it is not suggested again', async () => {
    const shown = await suggest();
    const saved = await suggest({ save: true });
    expect(saved.items).toEqual(shown.items);
    expect(saved.saved.map(({ title }) => title).toSorted()).toEqual(shown.items.map(({ title }) => title).toSorted());
    expect(stub.requests).toHaveLength(1);
    const sources = shown.items.map(({ sourceTitle }) => sourceTitle);
    const again = await suggest({ limit: 50 });
    expect(again.skipped.filter(({ title }) => sources.includes(title)).map(({ code }) => code)).toEqual(sources.map(() => 'in_backlog'));
    expect(again.items.filter(({ sourceTitle, title }) => sources.includes(sourceTitle ?? title))).toEqual([]);
  });

  it('are worded anew with another template of the account', async () => {
    const [first] = (await suggest({ limit: 1 })).items;
    stub.answer = (request) => answerOf(candidatesOf(request).map(([id, title]) => ({ id, title: `Sailors say ${title}` })));
    const text =
      'Titles for sailors. {% for candidate in candidates %}<candidate id="{{ candidate.id }}">\n{{ candidate.title }}\n</candidate>\n{% endfor %}';
    expect((await server.http('PUT', `/accounts/${account.id}/prompts/titles`, { text })).status).toBe(200);
    const [second] = (await suggest({ limit: 1 })).items;
    expect(second).toMatchObject({ sourceTitle: first?.sourceTitle, title: `Sailors say ${first?.sourceTitle}` });
    expect(stub.requests[1]?.messages.at(-1)?.content).toMatch(/^Titles for sailors/);
  });

  it('are deleted when no source has had them for 90 days', async () => {
    await suggest({ limit: 1 });
    const kept = async () => {
      await server.app.get(TopicTitleRetention).clean(new AbortController().signal);
      return (await server.sql('SELECT FROM topic_titles WHERE account_id = $1', [account.id])).length;
    };
    const age = (days: number) => server.sql('UPDATE topic_titles SET seen_at = app_clock() - make_interval(days => $1::integer)', [days]);
    await age(89);
    expect(await kept()).toBeGreaterThan(0);
    await suggest({ limit: 1 }); // reads the source again
    await server.sql(`UPDATE topic_titles SET seen_at = seen_at - interval '2 days'`);
    expect(await kept()).toBeGreaterThan(0);
    expect(stub.requests).toHaveLength(1);
    await age(91);
    expect(await kept()).toBe(0);
  });

  it('about something known, or the same as another one, are those of the source', async () => {
    const plain = await suggest({}, await accountOf({ creator: 'offline' }));
    expect(plain.items.every(({ sourceTitle }) => sourceTitle === null)).toBe(true);
    expect(codes(plain)).toEqual([]);
    expect(stub.requests).toEqual([]);
    const known = 'What a lease protects from';
    await server.http('POST', '/topics', { accountId: account.id, title: known });
    stub.answer = (request) =>
      answerOf(candidatesOf(request).map(([id], i) => ({ id, title: i === 0 ? known : 'One title for all candidates' })));
    const { items } = await suggest();
    expect(items.map(({ title }) => title)).not.toContain(known);
    expect(items.filter(({ title }) => title === 'One title for all candidates')).toHaveLength(1);
    expect(items.map(({ title, sourceTitle }) => sourceTitle ?? title).toSorted()).toEqual(
      plain.items.map(({ title }) => title).toSorted(),
    );
  });

  it.each<[string, (request: StubRequest) => StubAnswer, string]>([
    ['no JSON', () => ({ parts: ['I would rather not.'] }), 'titles_unusable'],
    ['JSON without titles', () => ({ parts: ['{"headlines": []}'] }), 'titles_unusable'],
    ['a refusal', () => ({ status: 401, json: { error: { message: 'no' } } }), 'title_model_failed'],
    ['a filter', () => ({ parts: [''], finish: 'content_filter' }), 'title_model_failed'],
    ['a server error', () => ({ status: 500, json: {} }), 'title_model_failed'],
    [
      'titles with other numbers',
      (request) => answerOf(candidatesOf(request).map(([id, title]) => ({ id, title: `${title} in 2099 steps` }))),
      'titles_unusable',
    ],
    [
      'titles with a broken character',
      (request) => answerOf(candidatesOf(request).map(([id, title]) => ({ id, title: `Editors ask: ${title} \uD83D` }))),
      'titles_unusable',
    ],
    ['titles that are too short', (request) => answerOf(candidatesOf(request).map(([id]) => ({ id, title: 'Hm' }))), 'titles_unusable'],
    [
      'none for a candidate',
      (request) => answerOf([{ id: candidatesOf(request)[0]?.[0] ?? '', title: 'Only one of them has a title' }]),
      'titles_unusable',
    ],
  ])('are those of the sources when the model gives %s', async (_what, answer, code) => {
    stub.answer = answer;
    const found = await suggest();
    expect(found.items).toHaveLength(3);
    expect(found.items.filter(({ sourceTitle }) => sourceTitle === null).length).toBeGreaterThanOrEqual(2);
    expect(codes(found)).toEqual([code]);
  });

  it('are those of the sources when a budget has no room, and the model is not called', async () => {
    await server.http('POST', '/budgets', { name: 'none', period: 'day', amountMicros: 0, currency: 'USD' });
    const found = await suggest();
    expect(found.items.map(({ sourceTitle }) => sourceTitle)).toEqual([null, null, null]);
    expect(found.reasons).toContainEqual({
      code: 'title_model_failed',
      detail: expect.stringContaining('The budget "none" allows 0.00 USD'),
    });
    expect(stub.requests).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});

it('an account whose creator has no model keeps the titles of its sources, with the reason', async () => {
  const other = await startApplication();
  try {
    const own = new ContentClient(other.http);
    const { id } = await own.createAccount({ language: 'en', creator: 'llm', sources: [{ type: 'file', location: 'grid-storage.md' }] });
    const { body } = await other.http<Suggestions>('POST', '/topics/suggest', { accountId: id, limit: 2 });
    expect(body.items.map(({ sourceTitle }) => sourceTitle)).toEqual([null, null]);
    expect(codes(body)).toEqual(['title_model_not_configured']);
  } finally {
    await other.close();
  }
});
