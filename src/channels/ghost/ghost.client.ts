import { createHmac } from 'node:crypto';
import { notSent, rejected } from '../channel-error.ts';
import type { ChannelHttpClient, ChannelRequest, JsonAnswer } from '../channel-http.client.ts';
import type { ChannelSecrets } from '../channel-secrets.ts';
import { multipartFile } from '../multipart.ts';

export interface GhostAccess {
  readonly url: string;
  readonly keyVariable: string;
}

export interface GhostPost {
  readonly id: string;
  readonly slug: string;
  readonly status: string;
  readonly url: string;
  readonly html?: string | null;
  readonly updated_at: string;
  readonly codeinjection_head: string | null;
}

const LABEL = 'Ghost';
const KEY = /^([0-9a-f]{24}):([0-9a-f]{64})$/;
/** Ghost accepts at most 5 minutes; each request gets its own token. */
const TOKEN_SECONDS = 300;

/** The Admin API of Ghost 5 and 6, for one integration. */
export class GhostClient {
  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
    private readonly access: GhostAccess,
    private readonly signal: AbortSignal,
  ) {}

  async siteTitle(): Promise<string> {
    // The route /site/ needs no key, so a probe with it would accept a wrong key.
    const { config } = (await this.expect('GET', 'config/')).json as { config: { version: string } };
    return `Ghost ${config.version}`;
  }

  /** The posts with this tag in any state, oldest first. */
  async posts(tagSlug: string): Promise<GhostPost[]> {
    const query = `posts/?filter=${encodeURIComponent(`tag:${tagSlug}`)}&status=all&formats=html&limit=100&order=created_at%20asc`;
    return ((await this.expect('GET', query)).json as { posts: GhostPost[] }).posts;
  }

  /** `source=html` is needed: without it, Ghost accepts HTML and stores an empty post. */
  createPost(post: object): Promise<JsonAnswer> {
    return this.expect('POST', 'posts/?source=html&formats=html', { ...jsonBody({ posts: [post] }), publishes: true });
  }

  /** @throws {ChannelError} `update_collision` when the post was changed since it was read */
  async updatePost({ id, updated_at }: GhostPost, post: object): Promise<JsonAnswer> {
    const request = { ...jsonBody({ posts: [{ ...post, updated_at }] }), publishes: true };
    const answer = await this.call('PUT', `posts/${id}/?source=html&formats=html`, request);
    if (answer.status === 409) throw notSent('update_collision', 'The post was changed at the site in this moment.');
    if (answer.status !== 200) throw this.http.refusal(answer, this.request);
    return answer;
  }

  async deletePost(id: string): Promise<void> {
    await this.expect('DELETE', `posts/${id}/`);
  }

  /** Returns the address of the picture. The same name again makes a second file. */
  async upload(name: string, mediaType: string, bytes: Uint8Array): Promise<string> {
    const answer = await this.expect('POST', 'images/upload/', multipartFile('file', name, mediaType, bytes));
    const [image] = (answer.json as { images: { url: string }[] }).images;
    if (image === undefined) throw notSent('answer_unreadable', 'Ghost answered an upload without the picture.');
    return image.url;
  }

  private get request(): Pick<ChannelRequest, 'label' | 'credentials' | 'signal'> {
    const { keyVariable } = this.access;
    return { label: LABEL, credentials: { pointer: '/keyVariable', name: `the Admin API key in ${keyVariable}` }, signal: this.signal };
  }

  private async expect(method: string, path: string, call: Partial<ChannelRequest> = {}): Promise<JsonAnswer> {
    const answer = await this.call(method, path, call);
    if (answer.status < 200 || answer.status > 299) throw this.http.refusal(answer, this.request);
    return answer;
  }

  private async call(method: string, path: string, { headers, ...call }: Partial<ChannelRequest>): Promise<JsonAnswer> {
    const { url } = this.access;
    this.secrets.checkAddress(url, '/url');
    const authorization = `Ghost ${this.token()}`;
    const address = `${url.replace(/\/$/, '')}/ghost/api/admin/${path}`;
    return this.http.request({
      ...call,
      method,
      url: address,
      headers: { authorization, 'accept-version': 'v5.0', ...headers },
      ...this.request,
    });
  }

  /** @throws {ChannelError} */
  private token(): string {
    const { keyVariable } = this.access;
    const [, id, secret] = KEY.exec(this.secrets.read(keyVariable, '/keyVariable')) ?? [];
    if (id === undefined || secret === undefined) {
      const message = `The variable ${keyVariable} is no Admin API key: 24 hex digits, a colon, and 64 hex digits.`;
      throw rejected('secret_malformed', message, { pointer: '/keyVariable' });
    }
    const now = Math.floor(Date.now() / 1_000);
    const parts = [
      { alg: 'HS256', typ: 'JWT', kid: id },
      { iat: now, exp: now + TOKEN_SECONDS, aud: '/admin/' },
    ];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')}`;
  }
}

function jsonBody(value: object): Partial<ChannelRequest> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
