import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { SubmittedContent } from '../../src/content/topics/executor/executor.params.ts';
import type { SuggestionsView } from '../../src/content/topics/topic.dto.ts';
import { type Account, ContentClient, LATER } from '../api/content-client.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { removeContents } from '../support/remove-contents.ts';
import { waitFor } from '../support/wait-for.ts';

const NEWS = { code: 'news', name: 'News', perWeek: 2 };
const DEEP = { code: 'deep', name: 'Long reads', everyDays: 30 };
const MISC = { code: 'misc', name: 'Other' };
const SUBJECTS = ['Wind', 'Tides', 'Salt', 'Iron', 'Bread', 'Glass', 'Paper', 'Wool', 'Copper', 'Silk', 'Amber', 'Coal', 'Flax', 'Gold'];
const MORE = ['Honey', 'Ink', 'Jade', 'Kelp', 'Lime', 'Malt', 'Nickel', 'Oats', 'Pearl', 'Quartz', 'Resin', 'Soap', 'Tin', 'Wax', 'Zinc'];
const titleOf = (subject: string): string => `${subject} and nothing else about ${subject}`;

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
beforeEach(async () => {
  await removeContents(server);
  await server.sql(`UPDATE accounts SET status = 'archived'`);
});

const SAMPLES = { creator: 'simulated', creatorOptions: { latencyMs: 0, words: 50 } };
const accountWith = (sections: object[], fields: object = SAMPLES): Promise<Account> => client.createAccount({ ...fields, sections });

async function addTopic({ id: accountId }: Account, subject: string, section?: string, status = 'open', daysAgo = 0): Promise<void> {
  const {
    status: code,
    text,
    body,
  } = await server.http<{ id: string }>('POST', '/topics', { accountId, title: titleOf(subject), section });
  if (code !== 201) throw new Error(text);
  if (status === 'used')
    await server.sql(`UPDATE topics SET status = 'used', used_at = now() - make_interval(days => $2) WHERE id = $1`, [body.id, daysAgo]);
}

/** What a run of this many contents picked. */
async function run(account: Account, count: number): Promise<[title: string, choice: SubmittedContent['choice']][]> {
  const params = { account_ids: [account.id], count_per_account: count };
  const { body } = await server.http<{ executionId: string }>('POST', '/tasks/async-content-generation/execute/api', { params });
  const result = await waitFor(
    async () => {
      const { body: execution } = await server.http<{ status: string; result: { tasks: SubmittedContent[] } }>(
        'GET',
        `/executions/${body.executionId}`,
      );
      return execution.status === 'completed' && execution.result;
    },
    { what: 'the run to end' },
  );
  return result.tasks.map(({ topic, choice }) => [topic, choice]);
}

describe('a run for an account with sections', () => {
  it('takes the section that is most overdue, then topics without a cadence, then sections that are ahead', async () => {
    const account = await accountWith([NEWS, DEEP, MISC]);
    await addTopic(account, 'Amber', 'news', 'used', 7);
    await addTopic(account, 'Coal', 'deep', 'used', 33);
    await addTopic(account, 'Wind', 'news');
    await addTopic(account, 'Tides', 'news');
    await addTopic(account, 'Salt', 'deep');
    await addTopic(account, 'Iron', 'misc');
    expect(await run(account, 4)).toEqual([
      [titleOf('Wind'), { code: 'section_due', section: 'news', days_overdue: 3.5 }],
      [titleOf('Salt'), { code: 'section_due', section: 'deep', days_overdue: 3 }],
      [titleOf('Iron'), { code: 'best_score', section: 'misc', days_overdue: null }],
      [titleOf('Tides'), { code: 'section_ahead', section: 'news', days_overdue: null }],
    ]);
    const [row] = await server.sql('SELECT choice FROM topic_submissions WHERE ordinal = 0');
    expect(row).toEqual({ choice: { code: 'section_due', section: 'news', daysOverdue: 3.5 } });
  });

  it('finds the topic of a due section behind many with a higher score', async () => {
    const account = await accountWith([NEWS, { ...MISC, keywords: ['nothing'] }]);
    for (const subject of [...SUBJECTS, ...MORE]) await addTopic(account, subject, 'misc');
    await server.sql('UPDATE topics SET relevance = 100, usefulness = 100');
    await addTopic(account, 'Velvet', 'news');
    expect(await run(account, 1)).toEqual([[titleOf('Velvet'), { code: 'section_due', section: 'news', days_overdue: null }]]);
  });

  it('counts the content tasks of a section, and not those that were cancelled', async () => {
    const account = await accountWith([NEWS, MISC]);
    await addTopic(account, 'Wind', 'news');
    await addTopic(account, 'Iron', 'misc');
    const { body, status } = await client.submit({ accountId: account.id, topic: titleOf('Glass'), category: 'news', runAt: LATER });
    expect(status).toBe(202);
    await server.sql('UPDATE content_generation SET is_sample = false'); // as those of another creator
    expect((await run(account, 1))[0]?.[0]).toBe(titleOf('Iron'));
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [body.executionId] });
    expect(await run(account, 1)).toEqual([[titleOf('Wind'), { code: 'section_due', section: 'news', days_overdue: null }]]);
  });
});

it('suggestions begin with the section that is due, and say so', async () => {
  const sources = [
    { type: 'file', location: 'grid-storage.md' },
    { type: 'rss', location: 'energy-news.rss.xml' },
  ];
  const storage = { code: 'storage', name: 'Battery', keywords: ['battery', 'storage'] };
  const plain = await accountWith([storage], { language: 'en', sources });
  const suggest = async ({ id: accountId }: Account) =>
    (await server.http<Wire<SuggestionsView>>('POST', '/topics/suggest', { accountId, limit: 50 })).body.items;
  const usual = await suggest(plain);
  expect(new Set(usual.map(({ choice }) => choice.code))).toEqual(new Set(['best_score']));
  const paced = await suggest(await accountWith([{ ...storage, everyDays: 7 }], { language: 'en', sources }));
  const best = usual.find(({ section }) => section === 'storage');
  expect(paced[0]).toMatchObject({ title: best?.title, choice: { code: 'section_due', section: 'storage', daysOverdue: null } });
  const codes = paced.map(({ choice }) => choice.code);
  expect(codes.slice(1)).toEqual(codes.slice(1).toSorted()); // best_score before section_ahead
  expect(codes.slice(1)).toContain('section_ahead');
});

it('a cadence is one of two numbers, and is in the file of the accounts', async () => {
  const refused = await server.http<{ errors: { pointer: string; detail: string }[] }>('POST', '/accounts', {
    name: 'both',
    platform: 'blog',
    sections: [NEWS, { ...DEEP, perWeek: 1 }],
  });
  expect([refused.status, refused.body.errors[0]]).toMatchObject([
    422,
    { pointer: '/sections/1/everyDays', detail: expect.stringContaining('leave one') },
  ]);
  const { name } = await accountWith([NEWS, DEEP]);
  const file = (await server.http('GET', '/accounts/export')).text;
  const { accounts } = parse(file) as { accounts: { name: string; sections: object[] }[] };
  expect(accounts.find((account) => account.name === name)?.sections).toEqual([NEWS, DEEP]);
});
