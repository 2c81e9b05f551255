import { createHmac } from 'node:crypto';
import type { StubAnswer, StubRequest } from './stub-server.ts';

interface Tag {
  name: string;
  slug: string;
}

export interface GhostStubPost {
  id: string;
  slug: string;
  title: string;
  html: string;
  status: string;
  tags: Tag[];
  feature_image: string | null;
  codeinjection_head: string | null;
  updated_at: string;
}

type Given = Partial<GhostStubPost> & { tags?: { name: string }[] };
const CARD = /<!--kg-card-begin: html-->([\s\S]*?)<!--kg-card-end: html-->/g;
const problem = (status: number, message: string, code?: string): StubAnswer => ({ status, body: { errors: [{ message, code }] } });

/** Answers as a real Ghost 6.65 did, as far as the channel needs it. `base`: the address of the site. */
export class GhostStub {
  readonly posts: GhostStubPost[] = [];
  readonly uploads: { name: string; bytes: number }[] = [];
  /** Queries of the requests that could have sent a newsletter. */
  readonly saves: string[] = [];
  base = '';
  private readonly key: { id: string; secret: string };
  private count = 0;

  constructor(key: { id: string; secret: string }) {
    this.key = key;
  }

  answer(request: StubRequest): StubAnswer {
    const { method, url } = request;
    const path = url.pathname.replace(/^\/ghost\/api\/admin\//, '');
    if (path === url.pathname) return this.page(path);
    if (!this.isAuthorised(request.headers.authorization ?? '')) return problem(401, 'Unknown Admin API Key', 'UNKNOWN_ADMIN_API_KEY');
    if (path === 'config/') return { status: 200, body: { config: { version: '6.65' } } };
    if (path === 'images/upload/') return this.upload(request);
    const id = /^posts\/([0-9a-f]+)\/$/.exec(path)?.[1];
    if (method === 'GET' && path === 'posts/') return { status: 200, body: { posts: this.filtered(url).map((post) => this.view(post)) } };
    if (method === 'DELETE' && id !== undefined) return this.remove(id);
    if (path !== 'posts/' && id === undefined) return problem(404, 'Resource not found');
    this.saves.push(url.search);
    const [given] = (JSON.parse(request.body.toString()) as { posts: Given[] }).posts;
    return this.save(given ?? {}, id, url.searchParams.get('source') === 'html');
  }

  private isAuthorised(header: string): boolean {
    const [head = '', payload = '', signature] = header.replace(/^Ghost /, '').split('.');
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString() || '{}') as Record<string, unknown>;
    const { alg, kid } = read(head);
    const { iat, exp, aud } = read(payload);
    const now = Date.now() / 1_000;
    const wanted = createHmac('sha256', Buffer.from(this.key.secret, 'hex')).update(`${head}.${payload}`).digest('base64url');
    const isFresh = typeof iat === 'number' && typeof exp === 'number' && exp > now && iat <= now + 60 && exp - iat <= 600;
    return alg === 'HS256' && kid === this.key.id && aud === '/admin/' && isFresh && signature === wanted;
  }

  private filtered(url: URL): GhostStubPost[] {
    const tag = /^tag:(.+)$/.exec(url.searchParams.get('filter') ?? '')?.[1];
    const states = url.searchParams.get('status') === 'all' ? ['draft', 'published', 'scheduled'] : ['published'];
    return this.posts.filter((post) => states.includes(post.status) && post.tags.some(({ slug }) => slug === tag));
  }

  private save(given: Given, id: string | undefined, isHtml: boolean): StubAnswer {
    if (!given.title) return problem(422, 'Validation error, cannot save post. Title is required');
    if (given.title.length > 255) return problem(422, 'Validation error, cannot save post. Title cannot be longer than 255 characters');
    const post = id === undefined ? undefined : this.posts.find((each) => each.id === id);
    if (id !== undefined && post === undefined) return problem(404, 'Post not found');
    if (post !== undefined && given.updated_at === undefined) return problem(422, 'updated_at is required');
    if (post !== undefined && given.updated_at !== post.updated_at)
      return problem(409, 'Someone else is editing this post', 'UPDATE_COLLISION');
    const saved = post ?? this.created(given.slug ?? 'untitled');
    const html = isHtml ? lexical(given.html ?? '') : ''; // HTML without source=html is ignored
    const tags = (given.tags ?? []).map(({ name }) => ({ name, slug: name.toLowerCase().replace(/^#/, 'hash-').replaceAll(' ', '-') }));
    this.count += 1;
    const updated_at = new Date(Date.UTC(2026, 0, 1) + this.count * 1_000).toISOString();
    const { title, status = 'draft', feature_image = null, codeinjection_head = null } = given;
    Object.assign(saved, { title, html, status, tags, feature_image, codeinjection_head, updated_at });
    return { status: post === undefined ? 201 : 200, body: { posts: [this.view(saved)] } };
  }

  private created(slug: string): GhostStubPost {
    let free = slug;
    for (let copy = 2; this.posts.some((post) => post.slug === free); copy += 1) free = `${slug}-${copy}`;
    this.count += 1;
    const post = { id: this.count.toString(16).padStart(24, '0'), slug: free } as GhostStubPost;
    this.posts.push(post);
    return post;
  }

  private remove(id: string): StubAnswer {
    const at = this.posts.findIndex((post) => post.id === id);
    if (at < 0) return problem(404, 'Post not found');
    this.posts.splice(at, 1);
    return { status: 204 };
  }

  private upload({ body, headers }: StubRequest): StubAnswer {
    const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '?';
    const text = body.toString('latin1');
    const name = /filename="([^"]+)"/.exec(text)?.[1];
    const content = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4, text.lastIndexOf(`\r\n--${boundary}--`)), 'latin1');
    if (name === undefined || content.subarray(1, 4).toString() !== 'PNG') return problem(400, 'The image is not valid');
    this.uploads.push({ name, bytes: content.length });
    return { status: 201, body: { images: [{ url: `${this.base}/content/images/${name}` }] } };
  }

  private page(path: string): StubAnswer {
    const post = this.posts.find(({ slug, status }) => path === `/${slug}/` && status === 'published');
    if (post === undefined) return { status: 404, body: '<h1>404</h1>' };
    return { status: 200, body: `<html><head>${post.codeinjection_head}</head><body>${post.html}</body></html>` };
  }

  private view(post: GhostStubPost): object {
    return { ...post, url: post.status === 'published' ? `${this.base}/${post.slug}/` : `${this.base}/p/${post.id}/` };
  }
}

/** HTML becomes Lexical and loses its ids; a card stays as it is. */
function lexical(html: string): string {
  const cards: string[] = [];
  const converted = html.replace(CARD, (_, card: string) => `\0${cards.push(card) - 1}\0`).replace(/ id="[^"]*"/g, '');
  return converted.replace(/\0(\d+)\0/g, (_, at: string) => cards[Number(at)] ?? '');
}
