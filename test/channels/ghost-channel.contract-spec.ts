import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Channel, Publication } from '../../src/channels/channel.ts';
import { ChannelHttpClient } from '../../src/channels/channel-http.client.ts';
import { ChannelSecrets } from '../../src/channels/channel-secrets.ts';
import { GhostChannel, type GhostChannelConfig } from '../../src/channels/ghost/ghost-channel.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { EgressClient } from '../../src/platform/egress/egress.client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { describeChannelContract } from './channel-contract.ts';
import { GhostStub, type GhostStubPost } from './ghost-stub.ts';
import { channelSettings, COVER, nextVersion, PNG, publicationOf, withTable } from './publications.ts';
import { startStub } from './stub-server.ts';

const KEY = { id: 'a1'.repeat(12), secret: 'b2'.repeat(32) };
const ghost = new GhostStub(KEY);
const proxy = new FaultyProxy();
const signal = new AbortController().signal;
let stub: Awaited<ReturnType<typeof startStub>>;
let channel: Channel<GhostChannelConfig>;
let config: GhostChannelConfig;
let unusedPort: number;

beforeAll(async () => {
  stub = await startStub((request) => ghost.answer(request));
  await proxy.start();
  proxy.target = stub.port;
  ghost.base = proxy.url;
  unusedPort = await freePort();
  const settings = channelSettings([proxy.port, unusedPort], {
    CHANNEL_GHOST: `${KEY.id}:${KEY.secret}`,
    CHANNEL_WRONG: `${KEY.id}:${'c3'.repeat(32)}`,
    CHANNEL_PLAIN: 'canary-canary',
  });
  channel = new GhostChannel(new ChannelHttpClient(new EgressClient(settings), settings), new ChannelSecrets(settings));
  config = { mode: 'publish', url: proxy.url, keyVariable: 'CHANNEL_GHOST' };
});
afterAll(async () => {
  await proxy.stop();
  await stub.stop();
});

const postsOf = ({ package: { contentId } }: Publication): GhostStubPost[] =>
  ghost.posts.filter(({ tags }) => tags.some(({ name }) => name.endsWith(contentId)));
const onlyPostOf = (publication: Publication): GhostStubPost => {
  expect(postsOf(publication)).toHaveLength(1);
  return postsOf(publication)[0] as GhostStubPost;
};
const isSave = (method: string, path: string): boolean => /^(?:POST|PUT)$/.test(method) && path.startsWith('/ghost/api/admin/posts/');

describeChannelContract(
  'ghost',
  () => ({
    channel,
    config,
    count: async (publication) => postsOf(publication).length,
    titleOf: async (publication) => onlyPostOf(publication).title,
    network: {
      spoilNext: (kind) => proxy.spoilNext(kind, isSave),
      unreachable: { ...config, url: `http://127.0.0.1:${unusedPort}` } as GhostChannelConfig,
      refused: { config: { ...config, keyVariable: 'CHANNEL_WRONG' } as GhostChannelConfig, pointer: '/keyVariable' },
    },
  }),
  { network: true },
);

describe('GhostChannel', () => {
  it('sends one HTML card with source=html, so text and anchors stay, and no newsletter', async () => {
    const publication = publicationOf();
    await channel.publish(publication, config, signal);
    const { html } = onlyPostOf(publication);
    expect(html).toContain('id="note-fn-1"');
    expect(html).toContain('href="#note-fn-1"');
    expect(ghost.saves.length).toBeGreaterThan(0);
    expect(ghost.saves.every((query) => query.includes('source=html') && !query.includes('newsletter'))).toBe(true);
  });

  it('keeps tags, the slug, the cover and pictures of the text', async () => {
    const image = { ...COVER, name: 'inline.png', sha256: 'ab'.repeat(32) };
    const publication = publicationOf({ cover: COVER, images: [image], bodyHtml: '<p><img src="assets/inline.png"></p>' });
    await channel.publish(publication, config, signal);
    const post = onlyPostOf(publication);
    const { slug, contentId } = publication.package;
    expect(post).toMatchObject({ slug, feature_image: `${proxy.url}/content/images/${slug}-${COVER.sha256.slice(0, 8)}.png` });
    expect(post.tags.map(({ name }) => name)).toEqual(['Tides', '潮汐', `#ch-${contentId}`]);
    expect(post.html).toContain(`<img src="${proxy.url}/content/images/${slug}-abababab.png">`);
    expect(ghost.uploads.every(({ bytes }) => bytes === PNG.length)).toBe(true);
  });

  it('leaves attached files out, with a warning', async () => {
    const { warnings } = await channel.publish(withTable(), config, signal);
    expect(warnings).toEqual(['Ghost takes no attached files: table.csv.']);
  });

  it('two attempts at once leave one post, the older', async () => {
    const publication = publicationOf();
    const [a, b] = await Promise.all([channel.publish(publication, config, signal), channel.publish(publication, config, signal)]);
    expect([a.externalId, b.externalId]).toEqual([onlyPostOf(publication).id, onlyPostOf(publication).id]);
  });

  it('a post that is changed at this moment is not overwritten', async () => {
    const publication = publicationOf();
    await channel.publish(publication, config, signal);
    const post = onlyPostOf(publication);
    const next = nextVersion(publication, { cover: COVER });
    // The editor saves between our look and our change: reading the cover takes that long.
    const assets = {
      read: async () => {
        post.updated_at = '2027-01-01T00:00:00.000Z';
        return PNG;
      },
    };
    const publishing = channel.publish({ ...next, assets }, config, signal);
    await expect(publishing).rejects.toMatchObject({ kind: 'not_sent', permanent: false, code: 'update_collision' });
    expect(await channel.publish(next, config, signal)).toMatchObject({ outcome: 'published', externalId: post.id });
  });

  it('a title of more than 255 characters is rejected before anything is sent', async () => {
    const before = proxy.requests.length;
    const publishing = channel.publish(publicationOf({ title: 'x'.repeat(256) }), config, signal);
    await expect(publishing).rejects.toMatchObject({ kind: 'not_sent', permanent: true, code: 'title_too_long' });
    expect(proxy.requests.length).toBe(before);
  });

  it('a draft has its label too, and becomes public in place', async () => {
    const publication = publicationOf();
    const draft: GhostChannelConfig = { ...config, mode: 'draft' };
    const { externalId, externalUrl } = await channel.publish(publication, draft, signal);
    expect(await channel.verifyLabel(publication, externalUrl, draft, signal)).toEqual({ state: 'found' });
    expect(await channel.find(publication, config, signal)).toEqual({ state: 'absent' });
    expect(await channel.publish(publication, config, signal)).toMatchObject({ outcome: 'published', externalId });
    expect(onlyPostOf(publication).status).toBe('published');
  });

  it('a key that is none is named', async () => {
    const probe = await channel.probe({ ...config, keyVariable: 'CHANNEL_PLAIN' }, signal);
    expect(probe).toMatchObject({ usable: false, problems: [{ pointer: '/keyVariable', code: 'secret_malformed' }] });
    expect(JSON.stringify(probe)).not.toContain('canary');
  });
});
