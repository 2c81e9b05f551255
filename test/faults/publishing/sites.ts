import { missingForWordpress, startWordpress } from '../../support/wordpress/wordpress.ts';
import { GhostStub } from '../../channels/ghost-stub.ts';
import { startStub } from '../../channels/stub-server.ts';

/** A post as the site itself counts it. */
export interface SitePost {
  readonly slug: string;
  readonly status: string;
  readonly url: string;
}

/** Where entries are published, and how its own posts are counted. */
export interface PublishSite {
  readonly name: string;
  readonly port: number;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
  /** Secrets of the publishing processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Asks the site directly: drafts and the trash included. */
  posts(): Promise<SitePost[]>;
  stop(): Promise<void>;
}

/** Starts a site that believes to have this address. */
type StartSite = (url: string) => Promise<PublishSite>;

export const SITES: Readonly<Record<string, StartSite>> = { ghost: startGhost, wordpress: startRealWordpress };

async function startGhost(url: string): Promise<PublishSite> {
  const key = { id: 'a1'.repeat(12), secret: 'b2'.repeat(32) };
  const ghost = new GhostStub(key);
  ghost.base = url;
  const stub = await startStub((request) => ghost.answer(request));
  const { port } = stub;
  return {
    name: 'Ghost stub',
    port,
    kind: 'ghost',
    config: { mode: 'publish', url, keyVariable: 'CHANNEL_GHOST' },
    environment: { CHANNEL_GHOST: `${key.id}:${key.secret}` },
    posts: async () => ghost.posts.map(({ slug, status }) => ({ slug, status, url: `http://127.0.0.1:${port}/${slug}/` })),
    stop: () => stub.stop(),
  };
}

async function startRealWordpress(url: string): Promise<PublishSite> {
  const missing = missingForWordpress();
  if (missing !== null) throw new Error(`the run on WordPress ${missing}`);
  const wordpress = await startWordpress(url);
  const { port, version, passwords } = wordpress;
  const host = new URL(url).host;
  const authorization = `Basic ${Buffer.from(`administrator:${passwords.administrator}`).toString('base64')}`;
  const posts = async (): Promise<SitePost[]> => {
    const found: SitePost[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const query = `status=any,trash&context=edit&per_page=100&page=${page}&_fields=slug,status,link`;
      const answer = await fetch(`http://127.0.0.1:${port}/wp-json/wp/v2/posts?${query}`, { headers: { authorization, host } });
      if (!answer.ok) throw new Error(`WordPress answered ${answer.status} when its posts were counted`);
      pages = Number(answer.headers.get('x-wp-totalpages'));
      const listed = (await answer.json()) as { slug: string; status: string; link: string }[];
      for (const { slug, status, link } of listed) found.push({ slug, status, url: link });
    }
    return found;
  };
  return {
    name: `WordPress ${version}`,
    port,
    kind: 'wordpress',
    config: { mode: 'publish', url, username: 'administrator', passwordVariable: 'CHANNEL_WORDPRESS' },
    environment: { CHANNEL_WORDPRESS: passwords.administrator },
    posts,
    stop: () => wordpress.stop(),
  };
}
