import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFeed } from '@rowanmanning/feed-parser';
import { Ajv } from 'ajv';
import type { Channel } from '../../src/channels/channel.ts';
import { ChannelRegistry, type ListedChannel } from '../../src/channels/channel.registry.ts';
import { parseChannelConfig } from '../../src/channels/channel-config.ts';
import type { FeedChannelConfig } from '../../src/channels/feed/feed-channel.ts';
import { FeedStore } from '../../src/channels/feed/feed-store.ts';
import { renderFeed } from '../../src/channels/feed/render-feed.ts';
import { freezePackage } from '../../src/channels/publish-package.ts';
import { ContentClient } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { describeChannelContract } from './channel-contract.ts';
import { nextVersion, publicationOf } from './publications.ts';

const config: FeedChannelConfig = {
  mode: 'publish',
  title: 'Sea Notes',
  siteUrl: 'https://sea.example/',
  itemUrl: 'https://sea.example/{slug}/',
};
let server: TestApplication;
let accountId: string;
let channel: Channel<FeedChannelConfig>;
let store: FeedStore;
beforeAll(async () => {
  server = await startApplication();
  accountId = (await new ContentClient(server.http).createAccount()).id;
  channel = server.app.get(ChannelRegistry).find('feed') as Channel<FeedChannelConfig>;
  store = server.app.get(FeedStore);
});
afterAll(() => server.close());

describe('GET /channels', () => {
  it('lists the kinds with the schema of their configuration', async () => {
    const { status, body } = await server.http<{ items: ListedChannel[] }>('GET', '/channels');
    expect(status).toBe(200);
    expect(body.items.map(({ kind, modes }) => [kind, modes])).toEqual([
      ['feed', ['publish']],
      ['file', ['draft', 'publish']],
      ['ghost', ['draft', 'publish']],
      ['webhook', ['draft', 'publish']],
      ['wechat', ['draft', 'publish']],
      ['wordpress', ['draft', 'publish']],
    ]);
    const ajv = new Ajv({ strict: true });
    for (const { configSchema } of body.items) expect(ajv.compile(configSchema)({ mode: 'neither' })).toBe(false);
  });

  it('gives each channel a schema that accepts its configuration', () => {
    expect(parseChannelConfig('feed', channel, config)).toEqual(config);
  });
});

describeChannelContract(
  'feed',
  () => ({
    channel,
    config,
    adapt: ({ package: content, assets }) => ({ ...freezePackage({ ...content, accountId }), assets }),
    count: async ({ package: { contentId } }) =>
      (await store.list(accountId)).filter((entry) => entry.package.contentId === contentId).length,
    titleOf: async ({ package: { contentId } }) => {
      const entries = (await store.list(accountId)).filter((entry) => entry.package.contentId === contentId);
      return parseFeed(renderFeed('rss', { ...config, accountId, language: 'en' }, entries)).items[0]?.title ?? '';
    },
  }),
  { network: false },
);

describe('FeedStore', () => {
  it('keeps the place of an entry and raises its time with a new version only', async () => {
    const publication = publicationOf({ accountId });
    const { contentId } = publication.package;
    await store.put(publication);
    const first = await store.find(accountId, contentId);
    await store.put(publication);
    expect(await store.find(accountId, contentId)).toEqual(first);
    await store.put(nextVersion(publication, { summary: 'changed' }));
    const second = await store.find(accountId, contentId);
    expect(second?.publishedAt).toEqual(first?.publishedAt);
    expect(second?.updatedAt.getTime()).toBeGreaterThan(first?.updatedAt.getTime() ?? Number.POSITIVE_INFINITY);
    expect(second?.package.summary).toBe('changed');
  });
});
