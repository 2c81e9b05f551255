import { rejected } from '../channel-error.ts';
import type { ChannelHttpClient, ChannelRequest, JsonAnswer } from '../channel-http.client.ts';
import type { ChannelSecrets } from '../channel-secrets.ts';

export interface WordpressAccess {
  readonly url: string;
  readonly username: string;
  readonly passwordVariable: string;
}

export interface WordpressPost {
  readonly id: number;
  readonly slug: string;
  readonly status: string;
  readonly link: string;
  readonly content: { readonly raw?: string; readonly rendered?: string };
  readonly featured_media?: number;
  readonly categories?: readonly number[];
}

export interface WordpressUser {
  readonly slug: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
}

export interface WordpressMedia {
  readonly id: number;
  readonly source_url: string;
}

type Call = Pick<ChannelRequest, 'body' | 'headers' | 'publishes'>;

const LABEL = 'WordPress';
const API_LINK = /<([^>]+)>;\s*rel="https:\/\/api\.w\.org\/"/;
const POST_FIELDS = 'id,slug,status,link,content,featured_media,categories';

/** The routes of the REST API that exist since WordPress 5.6, for one user with an application password. */
export class WordpressClient {
  private base: Promise<string> | undefined;

  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
    private readonly access: WordpressAccess,
    private readonly signal: AbortSignal,
  ) {}

  async me(): Promise<WordpressUser> {
    return (await this.expect('GET', 'wp/v2/users/me', { context: 'edit' })).json as WordpressUser;
  }

  /** The posts with one of these slugs, in any state, lowest id first. A user sees own drafts and public posts. */
  async posts(slugs: readonly string[]): Promise<WordpressPost[]> {
    const query = {
      slug: slugs.join(','),
      status: 'any,trash',
      context: 'edit',
      per_page: '100',
      orderby: 'id',
      order: 'asc',
      _fields: POST_FIELDS,
    };
    return (await this.expect('GET', 'wp/v2/posts', query)).json as WordpressPost[];
  }

  /** Creates a post, or changes the one with this id. */
  async savePost(id: number | null, post: object): Promise<JsonAnswer> {
    const path = id === null ? 'wp/v2/posts' : `wp/v2/posts/${id}`;
    return this.expect('POST', path, { context: 'edit' }, { ...jsonBody(post), publishes: true });
  }

  async deletePost(id: number): Promise<void> {
    await this.expect('DELETE', `wp/v2/posts/${id}`, { force: 'true' });
  }

  async media(slug: string): Promise<WordpressMedia | undefined> {
    const [media] = (await this.expect('GET', 'wp/v2/media', { slug, _fields: 'id,source_url' })).json as WordpressMedia[];
    return media;
  }

  /** The file name must be ASCII. */
  async upload(name: string, mediaType: string, bytes: Uint8Array, alt: string): Promise<WordpressMedia> {
    const headers = { 'content-type': mediaType, 'content-disposition': `attachment; filename="${name}"` };
    const media = (await this.expect('POST', 'wp/v2/media', {}, { headers, body: bytes })).json as WordpressMedia;
    await this.expect('POST', `wp/v2/media/${media.id}`, {}, jsonBody({ alt_text: alt }));
    return media;
  }

  /** The id of the tag with this name, which is created if needed. */
  async tag(name: string): Promise<number> {
    const answer = await this.call('POST', 'wp/v2/tags', {}, jsonBody({ name }));
    const { id, data } = (answer.json ?? {}) as { id?: number; data?: { term_id?: number } };
    if (answer.status === 201 && id !== undefined) return id;
    if (answer.status === 400 && data?.term_id !== undefined) return data.term_id; // the tag exists already
    throw this.http.refusal(answer, this.request);
  }

  private get request(): Pick<ChannelRequest, 'label' | 'credentials' | 'signal'> {
    const { username, passwordVariable } = this.access;
    const credentials = { pointer: '/passwordVariable', name: `the user ${username} with the application password in ${passwordVariable}` };
    return { label: LABEL, credentials, signal: this.signal };
  }

  private async expect(method: string, path: string, query: Record<string, string>, call: Call = {}): Promise<JsonAnswer> {
    const answer = await this.call(method, path, query, call);
    if (answer.status < 200 || answer.status > 299) throw this.http.refusal(answer, this.request);
    return answer;
  }

  private async call(method: string, path: string, query: Record<string, string>, { headers, ...call }: Call): Promise<JsonAnswer> {
    const { username, passwordVariable } = this.access;
    this.base ??= this.discover();
    const base = await this.base;
    const password = this.secrets.read(passwordVariable, '/passwordVariable');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return this.http.request({ method, url: url.href, headers: { authorization, ...headers }, ...call, ...this.request });
  }

  /** The address of the API, which the site names in a header. Without permalinks it ends in `?rest_route=/`. */
  private async discover(): Promise<string> {
    const { url } = this.access;
    this.secrets.checkAddress(url, '/url');
    const { headers } = await this.http.expect({ method: 'GET', url, label: 'The site', signal: this.signal, allowCut: true });
    const found = API_LINK.exec([headers.link ?? ''].flat().join(', '))?.[1];
    const base = URL.parse(found ?? 'wp-json/', url.endsWith('/') ? url : `${url}/`);
    // The password goes there, so the header must not be able to name another server.
    if (base === null || hostOf(base) !== hostOf(new URL(url))) {
      throw rejected('other_host', `The site names its API at ${base?.host ?? 'no address'}. Set url to that address.`, {
        pointer: '/url',
      });
    }
    this.secrets.checkAddress(base.href, '/url');
    return base.href;
  }
}

function hostOf({ host }: URL): string {
  return host.replace(/^www\./, '');
}

function jsonBody(value: object): Call {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
