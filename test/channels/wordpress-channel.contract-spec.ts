import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Channel, Publication } from '../../src/channels/channel.ts';
import { ChannelHttpClient } from '../../src/channels/channel-http.client.ts';
import { ChannelSecrets } from '../../src/channels/channel-secrets.ts';
import { WordpressChannel, type WordpressChannelConfig } from '../../src/channels/wordpress/wordpress-channel.ts';
import { decodeEntities } from '../../src/core/text/entities.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { EgressClient } from '../../src/platform/egress/egress.client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { missingForWordpress, startWordpress, type WordpressSite } from '../support/wordpress/wordpress.ts';
import { describeChannelContract } from './channel-contract.ts';
import { startStub } from './stub-server.ts';
import { channelSettings, COVER, nextVersion, publicationOf, withTable } from './publications.ts';

const missing = missingForWordpress();
// CI sets REQUIRE_REDIS=1: there a missing WordPress is a failure.
const describeWordpress = missing === null || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;
const signal = new AbortController().signal;

interface StoredPost {
  id: number;
  slug: string;
  status: string;
  title: { rendered: string };
  content: { raw: string; rendered: string };
  meta: unknown;
  tags: number[];
  featured_media: number;
}

describeWordpress(`WordPress${missing === null ? '' : ` (${missing})`}`, () => {
  const proxy = new FaultyProxy();
  let site: WordpressSite;
  let unusedPort: number;
  let channel: Channel<WordpressChannelConfig>;
  let config: WordpressChannelConfig;
  const as = (username: 'author' | 'contributor'): WordpressChannelConfig => ({
    ...config,
    username,
    passwordVariable: `CHANNEL_${username.toUpperCase()}`,
  });

  beforeAll(async () => {
    if (missing !== null) throw new Error(`REQUIRE_REDIS=1, but the test ${missing}`);
    await proxy.start();
    site = await startWordpress(proxy.url);
    proxy.target = site.port;
    unusedPort = await freePort();
    const { administrator, author, contributor } = site.passwords;
    const settings = channelSettings([proxy.port, unusedPort], {
      CHANNEL_BLOG: administrator,
      CHANNEL_AUTHOR: author,
      CHANNEL_CONTRIBUTOR: contributor,
      CHANNEL_ACCOUNT: site.accountPassword,
      CHANNEL_WRONG: 'canary canary canary',
    });
    channel = new WordpressChannel(new ChannelHttpClient(new EgressClient(settings), settings), new ChannelSecrets(settings));
    config = { mode: 'publish', url: proxy.url, username: 'administrator', passwordVariable: 'CHANNEL_BLOG' };
    console.log(`WordPress ${site.version} started in ${Math.round(site.startMs)} ms`);
  });
  afterAll(async () => {
    await site?.stop();
    await proxy.stop();
  });

  /** Asks the site directly, as the administrator. */
  async function rest<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
    const authorization = `Basic ${Buffer.from(`administrator:${site.passwords.administrator}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json', host: `127.0.0.1:${proxy.port}` };
    const response = await fetch(`http://127.0.0.1:${site.port}/wp-json/wp/v2/${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as T };
  }
  const postsOf = async ({ package: { slug } }: Publication): Promise<StoredPost[]> => {
    const digits = slug.slice(-8);
    const { body } = await rest<StoredPost[]>('GET', 'posts?status=any,trash&context=edit&per_page=100');
    return body.filter((post) => post.slug.includes(digits));
  };
  const onlyPostOf = async (publication: Publication): Promise<StoredPost> => {
    const posts = await postsOf(publication);
    expect(posts).toHaveLength(1);
    return posts[0] as StoredPost;
  };
  const isSave = (method: string, path: string): boolean => method === 'POST' && path.startsWith('/wp-json/wp/v2/posts');

  describeChannelContract(
    'wordpress',
    () => ({
      channel,
      config,
      count: async (publication) => (await postsOf(publication)).length,
      titleOf: async (publication) => decodeEntities((await onlyPostOf(publication)).title.rendered, 'html'),
      network: {
        spoilNext: (kind) => proxy.spoilNext(kind, isSave),
        unreachable: { ...config, url: `http://127.0.0.1:${unusedPort}` } as WordpressChannelConfig,
        refused: { config: { ...config, passwordVariable: 'CHANNEL_WRONG' } as WordpressChannelConfig, pointer: '/passwordVariable' },
      },
    }),
    { network: true },
  );

  describe('what the channel is built on', () => {
    it('1. a custom field is dropped without an error, so the slug is the key', async () => {
      const { status, body } = await rest<StoredPost>('POST', 'posts', { title: 'meta', status: 'draft', meta: { contenthub_id: 'c-1' } });
      expect([status, body.meta]).toEqual([201, []]);
    });

    it('2. a repeated creation makes a second post with -2, which the channel takes back', async () => {
      const post = { title: 'twice', status: 'publish', slug: 'twice-0a1b2c3d' };
      const slugs = [await rest<StoredPost>('POST', 'posts', post), await rest<StoredPost>('POST', 'posts', post)].map(
        ({ status, body }) => [status, body.slug],
      );
      expect(slugs).toEqual([
        [201, 'twice-0a1b2c3d'],
        [201, 'twice-0a1b2c3d-2'],
      ]);
      // Two attempts search before either has created, as when a lost request is still at work.
      const publication = publicationOf();
      const [a, b] = await Promise.all([channel.publish(publication, config, signal), channel.publish(publication, config, signal)]);
      expect(b.externalId).toBe(a.externalId);
      expect(String((await onlyPostOf(publication)).id)).toBe(a.externalId);
    });

    it('2. a post in the trash is not replaced', async () => {
      const publication = publicationOf();
      const { externalId } = await channel.publish(publication, config, signal);
      await rest('DELETE', `posts/${externalId}`);
      await expect(channel.publish(publication, config, signal)).rejects.toMatchObject({
        kind: 'not_sent',
        permanent: true,
        code: 'in_trash',
      });
      expect(await postsOf(publication)).toMatchObject([{ status: 'trash' }]);
    });

    it('3. the answer is compared with the request: unknown categories and held posts', async () => {
      const { status, body } = await rest<StoredPost>('POST', 'posts', {
        title: 'x',
        content: 'x',
        status: 'publish',
        date_gmt: '2090-01-01T00:00:00',
      });
      expect([status, body.status]).toEqual([201, 'future']);
      const publication = publicationOf();
      const receipt = await channel.publish(publication, { ...config, categories: [1, 999] }, signal);
      expect(receipt).toMatchObject({ outcome: 'published', warnings: ['The site has no category 999.'] });
      const held = publicationOf();
      const { externalId } = await channel.publish(held, config, signal);
      await rest('POST', `posts/${externalId}`, { status: 'future', date_gmt: '2090-01-01T00:00:00' });
      expect(await channel.find(held, config, signal)).toMatchObject({ state: 'found', outcome: 'publish_submitted', externalUrl: null });
    });

    it('4. a cover is uploaded once, also when the answer of the upload was lost', async () => {
      const publication = publicationOf({
        cover: COVER,
        images: [{ ...COVER, name: 'inline.png', sha256: 'ab'.repeat(32) }],
        bodyHtml: '<p><img src="assets/inline.png"></p>',
      });
      proxy.spoilNext('lose_answer', (method, path) => method === 'POST' && path === '/wp-json/wp/v2/media');
      await expect(channel.publish(publication, config, signal)).rejects.toMatchObject({ kind: 'not_sent', permanent: false });
      await channel.publish(publication, config, signal);
      await channel.publish(nextVersion(publication, { title: 'Next' }), config, signal);
      const { body } = await rest<{ slug: string; id: number; source_url: string; alt_text: string }[]>('GET', 'media?per_page=100');
      const mine = body.filter(({ slug }) => slug.startsWith(publication.package.slug));
      expect(mine).toHaveLength(2);
      const post = await onlyPostOf(publication);
      expect(mine.map(({ id }) => id)).toContain(post.featured_media);
      expect(mine.some(({ source_url }) => post.content.rendered.includes(`src="${source_url}"`))).toBe(true);
    });

    it('4. attached files are uploaded once and listed below the text', async () => {
      const publication = withTable({ bodyHtml: '<p><a href="assets/table.csv">The table</a></p>' });
      await channel.publish(publication, config, signal);
      await channel.publish(nextVersion(publication, { title: 'Next' }), config, signal);
      const { body } = await rest<{ slug: string; source_url: string; mime_type: string }[]>('GET', 'media?per_page=100');
      const mine = body.filter(({ slug }) => slug.startsWith(publication.package.slug));
      expect(mine.map(({ mime_type }) => mime_type)).toEqual(['text/csv']);
      const { content } = await onlyPostOf(publication);
      expect(content.rendered.split(`href="${mine[0]?.source_url}"`)).toHaveLength(3); // in the text and in the list
    });

    it('5. an account password, a missing user and a contributor are named before anything is sent', async () => {
      const probe = (changes: Partial<WordpressChannelConfig>) => channel.probe({ ...config, ...changes }, signal);
      expect(await probe({ passwordVariable: 'CHANNEL_ACCOUNT' })).toMatchObject({
        usable: false,
        problems: [{ pointer: '/passwordVariable', code: 'credentials_refused' }],
      });
      expect(await channel.probe(as('author'), signal)).toMatchObject({ usable: true, identity: 'author' });
      expect(await channel.probe(as('contributor'), signal)).toMatchObject({
        usable: false,
        problems: [{ pointer: '/username', code: 'permission_missing' }],
      });
      expect(await channel.probe({ ...as('contributor'), mode: 'draft' }, signal)).toMatchObject({ usable: true });
      await expect(channel.publish(publicationOf(), as('contributor'), signal)).rejects.toMatchObject({
        permanent: true,
        code: 'permission_missing',
      });
    });

    it('5. a tag that exists is used', async () => {
      const publication = publicationOf({ tags: ['Reused', 'reused'] });
      await channel.publish(publication, config, signal);
      expect((await onlyPostOf(publication)).tags).toHaveLength(1);
      const again = publicationOf({ tags: ['REUSED', 'Of an author'] });
      expect(await channel.publish(again, as('author'), signal)).toMatchObject({ outcome: 'published', warnings: [] });
      expect((await onlyPostOf(again)).tags).toHaveLength(2);
    });

    it.each(['administrator', 'author'] as const)(
      '6. the body of the %s arrives whole: no <br>, no shortcode, anchors, label',
      async (username) => {
        const publication = publicationOf({
          bodyHtml: '<p>first\nline</p>\n<table><tbody><tr><td id="c">x [gallery]</td></tr></tbody></table><p><a href="#c">back</a></p>',
        });
        const mine = username === 'author' ? as('author') : config;
        const { externalUrl } = await channel.publish(publication, mine, signal);
        // filters of an author's text write &#091;
        const page = decodeEntities(await (await fetch(externalUrl ?? '')).text(), 'html');
        const parts = ['<td id="c">x [gallery]</td>', '<a href="#c">back</a>', '<p>first\nline</p>'];
        expect(parts.filter((part) => !page.includes(part))).toEqual([]);
        expect(await channel.verifyLabel(publication, externalUrl, mine, signal)).toEqual({ state: 'found' });
        expect(await channel.find(publication, mine, signal)).toMatchObject({ state: 'found' });
      },
    );

    it('6. a post that an editor of the site rewrote is neither found nor absent', async () => {
      const publication = publicationOf();
      const { externalId } = await channel.publish(publication, config, signal);
      await rest('POST', `posts/${externalId}`, { content: 'rewritten' });
      expect(await channel.find(publication, config, signal)).toMatchObject({ state: 'cannot_tell' });
      expect(
        await channel.verifyLabel(
          publication,
          (await onlyPostOf(publication)) && `${proxy.url}/${publication.package.slug}/`,
          config,
          signal,
        ),
      ).toMatchObject({
        state: 'missing',
      });
    });

    it('7. the API is found by the header of the site, with and without permalinks', async () => {
      const publication = publicationOf();
      const { externalId } = await channel.publish(publication, config, signal);
      expect(proxy.requests.at(-1)).toMatch(/^GET \/wp-json\//);
      await site.php(`update_option('permalink_structure', '');`);
      try {
        const receipt = await channel.publish(nextVersion(publication, { title: 'Plain' }), config, signal);
        expect(receipt).toMatchObject({ outcome: 'published', externalId, externalUrl: `${proxy.url}/?p=${externalId}` });
        expect(proxy.requests.at(-1)).toMatch(/^POST \/(?:index\.php)?\?rest_route=/);
      } finally {
        await site.php(`update_option('permalink_structure', '/%postname%/');`);
      }
    });

    it('7. a header that names another server gets no password', async () => {
      const seen: unknown[] = [];
      const stub = await startStub(({ headers }) => {
        seen.push(headers.authorization);
        return { status: 200, body: 'x', headers: { link: '<https://elsewhere.example/wp-json/>; rel="https://api.w.org/"' } };
      });
      const settings = channelSettings([stub.port], { CHANNEL_BLOG: 'canary canary' });
      const lured = new WordpressChannel(new ChannelHttpClient(new EgressClient(settings), settings), new ChannelSecrets(settings));
      const publishing = lured.publish(publicationOf(), { ...config, url: `http://127.0.0.1:${stub.port}` }, signal);
      await expect(publishing).rejects.toMatchObject({ permanent: true, code: 'other_host', pointer: '/url' });
      expect(seen).toEqual([undefined]);
      await stub.stop();
    });
  });

  it('a draft becomes public when the mode changes, and stays one post', async () => {
    const publication = publicationOf();
    const draft: WordpressChannelConfig = { ...config, mode: 'draft' };
    expect(await channel.publish(publication, draft, signal)).toMatchObject({ outcome: 'draft_created', externalUrl: null });
    expect(await channel.verifyLabel(publication, null, draft, signal)).toEqual({ state: 'found' });
    expect(await channel.find(publication, config, signal)).toEqual({ state: 'absent' });
    expect(await channel.publish(publication, config, signal)).toMatchObject({ outcome: 'published' });
    expect((await onlyPostOf(publication)).status).toBe('publish');
  });
});
