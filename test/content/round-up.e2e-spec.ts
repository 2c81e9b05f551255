import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { type CreationRequest, type CreationResult, Creator, type CreatorDescription } from '../../src/creators/creator.ts';
import { type Account, type Content, ContentClient, type ContentTask } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { withoutTriggers } from '../support/without-triggers.ts';

/** Writes an article that the rules approve. */
class PlainCreator extends Creator {
  override describe(): CreatorDescription {
    return { description: 'a plain article', needsNetwork: false, asynchronous: false };
  }

  override async create({ topic }: CreationRequest): Promise<CreationResult> {
    const bodyMarkdown = `The harbour has written down every ${topic} since the year of the flood.\n\n## More\n\nThe next one follows in spring.\n`;
    return {
      kind: 'article',
      title: `About ${topic}`,
      summary: `About ${topic}.`,
      bodyMarkdown,
      boilerplate: [],
      findings: [],
      sources: [],
      coverSvg: '<svg/>',
      claims: [],
      usage: null,
      provenance: { creator: 'plain', version: '1', inputsHash: 'x' },
      warnings: [],
      qualityScore: null,
    };
  }
}

const ROUND_UP = { creator: 'offline', creatorOptions: { form: 'round-up' }, autoApprove: true };

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication();
  server.app.get(CreatorRegistry).register('plain', new PlainCreator());
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

const sql = (text: string): Promise<unknown> => server.sql(text);

/** A content whose first approval was some days ago. */
async function approved(account: Account, topic: string, daysAgo: number, request: object = {}): Promise<Content> {
  const content = await client.generate({ accountId: account.id, topic, autoApprove: true, creator: 'plain', ...request });
  await server.sql('DELETE FROM content_fingerprints'); // the texts differ in one word
  await approvedAgo(content, daysAgo);
  return content;
}

function approvedAgo({ id }: Content, days: number): Promise<unknown> {
  return withoutTriggers(sql, `UPDATE content_reviews SET at = at - interval '${days} days' WHERE content_id = '${id}'`);
}

async function roundUp(
  account: Account,
  options: object = {},
): Promise<{ task: ContentTask; code: string | null; content: Content | null }> {
  const creatorOptions = { ...ROUND_UP.creatorOptions, ...options };
  const { body } = await client.submit({ accountId: account.id, ...ROUND_UP, creatorOptions });
  const task = await client.ended(body.taskId);
  const [row] = await server.sql<{ code: string | null }>(`SELECT error ->> 'code' AS code FROM tasks WHERE id = $1`, [task.id]);
  return { task, code: row?.code ?? null, content: task.contentId === null ? null : await client.getContent(task.contentId) };
}

describe('a round-up', () => {
  it('lists what the account approved in the seven days before today, by section, with the address of the publication', async () => {
    const sections = [{ code: 'sea', name: 'Sea' }];
    const account = await client.createAccount({ sections, timeZone: 'Asia/Shanghai' });
    const other = await client.createAccount();
    const tide = await approved(account, 'tide', 2, { category: 'sea' });
    const storm = await approved(account, 'storm', 7);
    await approved(account, 'ebb', 0); // today is not over
    await approved(account, 'flood', 9);
    await approved(other, 'wave', 2);
    const waiting = await approved(account, 'calm', 2, { autoApprove: false });
    expect(waiting.reviewStatus).toBe('pending_review');
    await approvedAgo(
      await client.generate({ accountId: account.id, topic: 'test', creator: 'simulated', creatorOptions: { latencyMs: 0 } }),
      2,
    );
    await server.sql(
      `INSERT INTO account_channels (id, account_id, name, kind, config) VALUES (gen_random_uuid(), $1, 'site', 'file', '{}')`,
      [account.id],
    );
    await withoutTriggers(
      sql,
      `INSERT INTO pool_entries (id, account_id, content_id, channel_id, status, scheduled_at, scheduled_local, time_zone, actor, outcome, external_url,
                                 published_version, published_hash, published_at)
       SELECT gen_random_uuid(), account_id, '${tide.id}', id, 'published', now(), '', 'UTC', 'test', 'published', 'https://sea.example/tide', 1, '', now()
       FROM account_channels WHERE account_id = '${account.id}'`,
    );

    const { content } = await roundUp(account);
    expect(content).toMatchObject({ kind: 'digest', provenance: { form: 'round-up', creator: 'offline' } });
    const lines = content?.bodyMarkdown.split('\n').filter((line) => /^(?:##|-) /.test(line));
    expect(lines).toEqual([
      '## Sea',
      expect.stringMatching(
        /^- \[About tide\]\(<https:\/\/sea\.example\/tide>\), \d{4}-\d\d-\d\d\. The harbour has written down every tide since the year of the flood\.$/,
      ),
      '## More',
      expect.stringMatching(/^- \*\*About storm\*\*, /),
    ]);
    expect(content?.provenance).toMatchObject({
      contents: [
        { id: storm.id, version: 1 },
        { id: tide.id, url: 'https://sea.example/tide' },
      ],
    });
  });

  it('of a window without contents ends cancelled with window_empty, and of an open window fails', async () => {
    const account = await client.createAccount();
    const empty = await roundUp(account);
    expect([empty.task.status, empty.code, empty.content]).toEqual(['cancelled', 'window_empty', null]);
    expect(empty.task.errorMessage).toMatch(/^No content of this account was approved from \d{4}-/);
    const open = await roundUp(account, { until: '2999-01-01' });
    expect([open.task.status, open.code]).toEqual(['failed', 'window_open']);
    const wrong = await client.submit({ accountId: account.id, ...ROUND_UP, creatorOptions: { form: 'round-up', until: '2026-02-30' } });
    expect([wrong.status, wrong.body]).toMatchObject([422, { errors: [{ pointer: '/creatorOptions/until', code: 'invalid' }] }]);
  });

  it('is written once for a window and its contents, also by tasks at the same time, and never lists itself', async () => {
    const account = await client.createAccount();
    const first = await approved(account, 'tide', 3);
    const ends = await Promise.all([1, 2, 3].map(() => roundUp(account)));
    expect(ends.map(({ task, code }) => `${task.status} ${code}`).toSorted()).toEqual([
      'cancelled round_up_exists',
      'cancelled round_up_exists',
      'completed null',
    ]);
    const written = ends.find(({ content }) => content !== null)?.content as Content;
    await approvedAgo(written, 3);
    expect((await roundUp(account)).code).toBe('round_up_exists');

    await approved(account, 'storm', 3);
    const again = (await roundUp(account)).content;
    const listed = again?.provenance['contents'] as { id: string }[];
    expect(listed).toHaveLength(2);
    expect(listed.map(({ id }) => id)).toContain(first.id);
    expect(listed.map(({ id }) => id)).not.toContain(written.id);
  });
});
