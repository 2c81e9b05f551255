import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Channel, Publication } from '../../src/channels/channel.ts';
import { ChannelHttpClient } from '../../src/channels/channel-http.client.ts';
import { ChannelSecrets } from '../../src/channels/channel-secrets.ts';
import type { PublishPackage } from '../../src/channels/publish-package.ts';
import { WebhookChannel, type WebhookChannelConfig } from '../../src/channels/webhook/webhook-channel.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { EgressClient } from '../../src/platform/egress/egress.client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { describeChannelContract } from './channel-contract.ts';
import { channelSettings, COVER, PNG, publicationOf, TABLE, TABLE_BYTES, withTable } from './publications.ts';
import { startStub, type StubRequest } from './stub-server.ts';

const SECRET = `whsec_${Buffer.from('a key of at least 24 bytes').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('canary canary canary canary').toString('base64')}`;

interface Received {
  hash: string;
  html: string;
  mode: string;
  package: PublishPackage & { cover: { data: string } };
}

/** A receiver that verifies signatures with the library of receivers, and keeps one text per content. */
const posts = new Map<string, Received>();
const ids: string[] = [];
let last: StubRequest | undefined;
let status = 201;
const proxy = new FaultyProxy();
let stub: Awaited<ReturnType<typeof startStub>>;
let channel: Channel<WebhookChannelConfig>;
let config: WebhookChannelConfig;
let unusedPort: number;
const signal = new AbortController().signal;

beforeAll(async () => {
  const place = (post: Received): object => ({
    id: `p-${post.package.contentId}`,
    url: `${proxy.url}/posts/${post.package.contentId}`,
    hash: post.hash,
  });
  stub = await startStub((request) => {
    const { method, url, headers, body } = request;
    const [, folder, id = ''] = url.pathname.split('/');
    const post = posts.get(id);
    if (folder === 'posts') return { status: 200, body: `<h1>${post?.package.title}</h1>${post?.html}` };
    try {
      new Webhook(SECRET).verify(body.toString() || '', headers as Record<string, string>);
    } catch (error) {
      // The library parses the body after it has verified it, and a GET has none.
      if (!(error instanceof SyntaxError)) return { status: 401, body: { message: String(error) } };
    }
    if (folder === 'status') return post === undefined ? { status: 404 } : { status: 200, body: place(post) };
    last = request;
    if (method !== 'POST') return { status: 405 };
    const received = JSON.parse(body.toString()) as Received;
    const eventId = String(headers['webhook-id']);
    if (ids.includes(eventId)) return { status: 409, body: place(received) };
    ids.push(eventId);
    posts.set(received.package.contentId, received);
    return { status, body: place(received) };
  });
  await proxy.start();
  proxy.target = stub.port;
  unusedPort = await freePort();
  const settings = channelSettings([proxy.port, unusedPort], { CHANNEL_HOOK: SECRET, CHANNEL_WRONG: OTHER, CHANNEL_PLAIN: 'not-a-secret' });
  channel = new WebhookChannel(new ChannelHttpClient(new EgressClient(settings), settings), new ChannelSecrets(settings), settings);
  config = { mode: 'publish', url: `${proxy.url}/hook`, secretVariable: 'CHANNEL_HOOK', statusUrl: `${proxy.url}/status/{contentId}` };
});
afterAll(async () => {
  await proxy.stop();
  await stub.stop();
});

const postOf = ({ package: { contentId } }: Publication): Received => posts.get(contentId) as Received;

describeChannelContract(
  'webhook',
  () => ({
    channel,
    config,
    count: async (publication) => (postOf(publication) === undefined ? 0 : 1),
    titleOf: async (publication) => postOf(publication).package.title,
    network: {
      spoilNext: (kind) => proxy.spoilNext(kind, (method) => method === 'POST'),
      unreachable: { ...config, url: `http://127.0.0.1:${unusedPort}/` } as WebhookChannelConfig,
      refused: { config: { ...config, secretVariable: 'CHANNEL_WRONG' } as WebhookChannelConfig, pointer: '/secretVariable' },
    },
  }),
  { network: true },
);

describe('WebhookChannel', () => {
  it('sends a CloudEvent in binary mode with the package, its images, HTML and Markdown', async () => {
    const publication = publicationOf({ cover: COVER });
    const { contentId } = publication.package;
    await channel.publish(publication, config, signal);
    expect(last?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'ce-specversion': '1.0',
      'ce-id': `${contentId}.1`,
      'ce-source': 'urn:contenthub',
      'ce-type': 'contenthub.content.publish.v1',
      'ce-subject': `content/${contentId}`,
      'webhook-id': `${contentId}.1`,
    });
    const { package: received, ...rest } = postOf(publication);
    expect(rest).toMatchObject({
      hash: publication.hash,
      mode: 'publish',
      html: expect.stringContaining('data-aigc'),
      markdown: expect.stringContaining('AIGC:'),
    });
    expect(Buffer.from(received.cover.data, 'base64').equals(PNG)).toBe(true);
  });

  it('sends attached files in Base64', async () => {
    const publication = withTable();
    await channel.publish(publication, config, signal);
    const { package: received } = postOf(publication) as unknown as { package: { attachments: object[] } };
    expect(received.attachments).toEqual([{ ...TABLE, data: TABLE_BYTES.toString('base64') }]);
  });

  it('a receiver that answers 409 has the text already', async () => {
    const publication = publicationOf();
    const first = await channel.publish(publication, config, signal);
    const before = ids.length;
    expect(await channel.publish(publication, config, signal)).toEqual(first);
    expect(ids.length).toBe(before);
  });

  it('a receiver that answers 202 publishes later', async () => {
    status = 202;
    try {
      expect(await channel.publish(publicationOf(), config, signal)).toMatchObject({ outcome: 'publish_submitted' });
    } finally {
      status = 201;
    }
  });

  it('without a statusUrl a search cannot tell', async () => {
    const { statusUrl: _, ...blind } = config;
    expect(await channel.find(publicationOf(), blind, signal)).toEqual({
      state: 'cannot_tell',
      reason: 'the configuration has no statusUrl',
    });
  });

  it.each([
    ['CHANNEL_UNSET', 'secret_missing'],
    ['CHANNEL_PLAIN', 'secret_malformed'],
  ])('a probe names the member of the secret: %s', async (secretVariable, code) => {
    expect(await channel.probe({ ...config, secretVariable }, signal)).toMatchObject({
      usable: false,
      problems: [{ pointer: '/secretVariable', code }],
    });
  });
});
