import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatorRegistry, type ListedCreator } from '../../src/creators/creator.registry.ts';
import { type CreationRequest, type CreationResult, Creator, type CreatorDescription } from '../../src/creators/creator.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { ContentClient, LATER, SOURCES } from './content-client.ts';

/** Writes one sentence. */
class SentenceCreator extends Creator {
  override describe(): CreatorDescription {
    return { description: 'one sentence', needsNetwork: false, asynchronous: false, optionsSchema: { type: 'object' } };
  }

  override async create({ topic }: CreationRequest): Promise<CreationResult> {
    return {
      kind: 'article',
      title: `About ${topic}`,
      summary: 'One sentence.',
      bodyMarkdown: `There is something to say about ${topic}.`,
      boilerplate: [],
      findings: [],
      sources: [],
      coverSvg: '<svg/>',
      claims: [],
      usage: null,
      provenance: { creator: 'sentence', version: '1', inputsHash: 'x' },
      warnings: [],
      qualityScore: null,
    };
  }
}

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication();
  server.app.get(CreatorRegistry).register('sentence', new SentenceCreator());
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

const UNKNOWN = {
  code: 'creator_unknown',
  detail: 'GET /creators lists all: known are offline, sentence.',
  errors: [{ pointer: '/creator', code: 'creator_unknown', detail: 'is no creator; known are offline, sentence' }],
};
const creatorOf = (content: { provenance: Record<string, unknown> }): unknown => content.provenance.creator;

describe('creators', () => {
  it('are listed by name, with the schema of their options', async () => {
    const { status, body } = await server.http<{ items: ListedCreator[] }>('GET', '/creators');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      {
        name: 'offline',
        needsNetwork: false,
        asynchronous: false,
        optionsSchema: { type: 'object', properties: {}, additionalProperties: false },
      },
      { name: 'sentence', description: 'one sentence' },
    ]);
  });

  it('are the choice of the account, which a request may override', async () => {
    const { name } = await client.createAccount({ sources: SOURCES, creator: 'sentence' });
    expect(creatorOf(await client.generate({ account: name, topic: 'Tides' }))).toBe('sentence');
    expect(creatorOf(await client.generate({ account: name, creator: 'offline' }))).toBe('offline');
    const plain = await client.createAccount({ sources: SOURCES });
    expect(plain).toMatchObject({ creator: 'offline' });
    expect(creatorOf(await client.generate({ account: plain.name, topic: 'Tides', creator: 'sentence' }))).toBe('sentence');
  });

  it('that do not exist are rejected with the field and the known names', async () => {
    const account = await client.createAccount();
    const create = await server.http('POST', '/accounts', { name: 'odd', platform: 'blog', creator: 'gpt' });
    expect([create.status, create.body]).toMatchObject([422, UNKNOWN]);
    const change = await server.http('PATCH', `/accounts/${account.id}`, { creator: 'gpt' }, { 'if-match': '"v1"' });
    expect([change.status, change.body]).toMatchObject([422, UNKNOWN]);
    const request = await client.submit({ account: account.name, topic: 'x', creator: 'gpt', runAt: LATER });
    expect([request.status, request.body]).toMatchObject([422, UNKNOWN]);
    const params = { accountId: account.id, topic: 'x', creator: 'gpt' };
    const task = await server.http('POST', '/tasks/content-generation/execute/api', { params });
    expect([task.status, task.body]).toMatchObject([422, { code: 'creator_unknown' }]);
    expect(await server.sql('SELECT id FROM content_generation WHERE account_id = $1', [account.id])).toEqual([]);
  });

  it('that an account names although they are gone reject a request, and a task that was accepted before fails with the reason', async () => {
    const account = await client.createAccount();
    const { body } = await client.submit({ accountId: account.id, topic: 'x', runAt: new Date(Date.now() + 1_500).toISOString() });
    await server.sql(`UPDATE accounts SET creator = 'gone' WHERE id = $1`, [account.id]);
    const rejected = await client.submit({ accountId: account.id, topic: 'x' });
    expect([rejected.status, rejected.body]).toMatchObject([
      422,
      { title: `The account "${account.name}" names the creator "gone", which does not exist.`, errors: [{ pointer: '/creator' }] },
    ]);
    expect(await client.ended(body.taskId)).toMatchObject({
      status: 'failed',
      errorMessage: 'There is no creator "gone" in this process; known are offline, sentence',
    });
    expect((await client.submit({ accountId: account.id, topic: 'x', creator: 'offline', runAt: LATER })).status).toBe(202);
  });
});
