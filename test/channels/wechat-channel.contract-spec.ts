import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Channel, Publication } from '../../src/channels/channel.ts';
import { parseChannelConfig } from '../../src/channels/channel-config.ts';
import { ChannelHttpClient } from '../../src/channels/channel-http.client.ts';
import { ChannelSecrets } from '../../src/channels/channel-secrets.ts';
import { freezePackage, type PublishPackage } from '../../src/channels/publish-package.ts';
import { WechatChannel, type WechatChannelConfig } from '../../src/channels/wechat/wechat-channel.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { EgressClient } from '../../src/platform/egress/egress.client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { describeChannelContract } from './channel-contract.ts';
import { channelSettings, COVER, nextVersion, publicationOf, withTable } from './publications.ts';
import { startStub } from './stub-server.ts';
import { WechatStub, type WechatStubItem } from './wechat-stub.ts';

const APP = { appId: 'wx0123456789abcdef', secret: 'app-secret-1' };
const wechat = new WechatStub(APP);
const proxy = new FaultyProxy();
const signal = new AbortController().signal;
let stub: Awaited<ReturnType<typeof startStub>>;
let channel: Channel<WechatChannelConfig>;
let config: WechatChannelConfig;
let unusedPort: number;

beforeAll(async () => {
  stub = await startStub((request) => wechat.answer(request));
  await proxy.start();
  proxy.target = stub.port;
  wechat.base = proxy.url;
  unusedPort = await freePort();
  const settings = channelSettings([proxy.port, unusedPort], { CHANNEL_WECHAT: APP.secret, CHANNEL_WRONG: 'canary-canary' });
  channel = new WechatChannel(new ChannelHttpClient(new EgressClient(settings), settings), new ChannelSecrets(settings));
  const given = {
    mode: 'publish',
    appId: APP.appId,
    secretVariable: 'CHANNEL_WECHAT',
    sourceUrl: 'https://sea.example/{contentId}',
    apiUrl: proxy.url,
  };
  config = parseChannelConfig('wechat', channel, given);
});
afterAll(async () => {
  await proxy.stop();
  await stub.stop();
});

const withCover = ({ package: content, assets }: Publication): Publication => ({ ...freezePackage({ ...content, cover: COVER }), assets });
const make = (changes: Partial<PublishPackage> = {}): Publication => publicationOf({ cover: COVER, ...changes });
const itemsOf = ({ package: { contentId } }: Publication): WechatStubItem[] =>
  [...wechat.drafts, ...wechat.published].filter(({ article }) => article.content_source_url.includes(contentId));

describeChannelContract(
  'wechat',
  () => ({
    channel,
    config,
    adapt: withCover,
    count: async (publication) => itemsOf(publication).length,
    titleOf: async (publication) => itemsOf(publication)[0]?.article.title ?? '',
    network: {
      spoilNext: (kind) => proxy.spoilNext(kind, (_, path) => path.startsWith('/cgi-bin/freepublish/submit')),
      unreachable: { ...config, apiUrl: `http://127.0.0.1:${unusedPort}` } as WechatChannelConfig,
      refused: { config: { ...config, secretVariable: 'CHANNEL_WRONG' } as WechatChannelConfig, pointer: '/secretVariable' },
    },
  }),
  { network: true, replaces: false },
);

describe('WechatChannel', () => {
  it('a publication at work is submitted, and neither found nor absent until it ends', async () => {
    const publication = make();
    wechat.platform = 'slow';
    try {
      expect(await channel.publish(publication, config, signal)).toMatchObject({ outcome: 'publish_submitted', externalUrl: null });
      expect(await channel.find(publication, config, signal)).toMatchObject({ state: 'cannot_tell' });
    } finally {
      wechat.platform = 'fast';
    }
    wechat.finish();
    expect(await channel.find(publication, config, signal)).toMatchObject({ state: 'found', outcome: 'published' });
    expect(itemsOf(publication)).toHaveLength(1);
  });

  it('leaves attached files out, with a warning', async () => {
    for (const mode of ['draft', 'publish'] as const) {
      const { warnings } = await channel.publish(withTable({ cover: COVER }), { ...config, mode }, signal);
      expect(warnings).toEqual(['WeChat takes no attached files: table.csv.']);
    }
  });

  it('a publication that the platform refuses is a permanent failure', async () => {
    wechat.platform = 4;
    try {
      await expect(channel.publish(make(), config, signal)).rejects.toMatchObject({
        kind: 'not_sent',
        permanent: true,
        code: 'rejected_by_platform',
      });
    } finally {
      wechat.platform = 'fast';
    }
  });

  it('a lost answer to the draft of a publication is no unknown outcome, and the draft is used', async () => {
    const publication = make();
    proxy.spoilNext('lose_answer', (_, path) => path.startsWith('/cgi-bin/draft/add'));
    await expect(channel.publish(publication, config, signal)).rejects.toMatchObject({ kind: 'not_sent', permanent: false });
    expect(await channel.publish(publication, config, signal)).toMatchObject({ outcome: 'published' });
    expect(itemsOf(publication)).toHaveLength(1);
  });

  it('a new version replaces a draft, and is refused beside a public text', async () => {
    const draft: WechatChannelConfig = { ...config, mode: 'draft' };
    const first = make();
    const { externalId } = await channel.publish(first, draft, signal);
    expect(await channel.verifyLabel(first, null, draft, signal)).toEqual({ state: 'found' });
    const second = nextVersion(first, { title: 'Second' });
    expect(await channel.publish(second, draft, signal)).toMatchObject({ outcome: 'draft_created', externalId });
    expect(itemsOf(second)).toMatchObject([{ article: { title: 'Second' } }]);
    await channel.publish(second, config, signal);
    const third = nextVersion(second, { title: 'Third' });
    await expect(channel.publish(third, config, signal)).rejects.toMatchObject({
      kind: 'not_sent',
      permanent: true,
      code: 'cannot_replace',
    });
  });

  it('finds a draft behind 60 newer ones', async () => {
    const draft: WechatChannelConfig = { ...config, mode: 'draft' };
    const publication = make();
    await channel.publish(publication, draft, signal);
    const other = itemsOf(make())[0] ?? {
      article: { title: 'x', content: '', content_source_url: 'https://sea.example/other', thumb_media_id: 'thumb-0' },
    };
    for (let number = 0; number < 60; number += 1) wechat.drafts.unshift({ ...other, media_id: `other-${number}` });
    expect(await channel.find(publication, draft, signal)).toMatchObject({ state: 'found', outcome: 'draft_created' });
  });

  it('rejects a text without a cover before anything is written', async () => {
    const before = wechat.drafts.length;
    await expect(channel.publish(publicationOf(), config, signal)).rejects.toMatchObject({ permanent: true, code: 'cover_missing' });
    expect(wechat.drafts.length).toBe(before);
  });

  it.each<[number, object]>([
    [40_164, { kind: 'not_sent', permanent: true, code: 'address_not_allowed', pointer: '/appId' }],
    [48_001, { kind: 'not_sent', permanent: true, code: 'permission_missing' }],
    [42_001, { kind: 'not_sent', permanent: false, code: 'token_expired' }],
    [45_009, { kind: 'not_sent', permanent: false, code: 'rate_limited' }],
    [45_003, { kind: 'not_sent', permanent: true, code: 'rejected' }],
    [-1, { kind: 'not_sent', permanent: false, code: 'system_busy' }],
  ])('errcode %s before the publication', async (errcode, error) => {
    wechat.nextError = [errcode, 'said'];
    await expect(channel.publish(make(), config, signal)).rejects.toMatchObject(error);
  });
});
