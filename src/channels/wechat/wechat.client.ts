import { type ChannelError, notSent, outcomeUnknown, rejected } from '../channel-error.ts';
import type { ChannelHttpClient, ChannelRequest } from '../channel-http.client.ts';
import type { ChannelSecrets } from '../channel-secrets.ts';
import { multipartFile } from '../multipart.ts';

export interface WechatAccess {
  readonly apiUrl: string;
  readonly appId: string;
  readonly secretVariable: string;
}

interface WechatArticle {
  readonly title: string;
  readonly content_source_url: string;
  readonly url?: string;
  readonly content?: string;
}

/** A draft (`media_id`) or a published message (`article_id`). */
export interface WechatItem {
  readonly media_id?: string;
  readonly article_id?: string;
  readonly content: { readonly news_item: readonly WechatArticle[] };
}

export interface WechatPublishState {
  /** 0: published, 1: at work, others: refused by the platform. */
  readonly publish_status: number;
  readonly article_id?: string;
  readonly article_detail?: { readonly item: readonly { readonly article_url: string }[] };
}

interface WechatAnswer {
  readonly errcode?: number;
  readonly errmsg?: string;
}

const LABEL = 'WeChat';
const PAGE = 20;
/** Lists begin with the newest item. A searched item was written minutes ago, so it is among the first. */
const MAX_ITEMS = 100;
const WRONG_CREDENTIALS = new Set([40_001, 40_013, 40_125, 40_243]);
const EXPIRED_TOKEN = new Set([40_014, 42_001]);
const QUOTA = new Set([45_009, 45_011]);

/** The API of WeChat official accounts (公众号). Errors come with the status 200 and an `errcode`. */
export class WechatClient {
  private token: Promise<string> | undefined;

  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
    private readonly access: WechatAccess,
    private readonly signal: AbortSignal,
  ) {}

  /** The stable token does not invalidate the tokens of other programs. */
  authenticate(): Promise<string> {
    this.token ??= this.fetchToken();
    return this.token;
  }

  drafts(withContent = false): Promise<WechatItem[]> {
    return this.list('draft/batchget', withContent);
  }

  published(): Promise<WechatItem[]> {
    return this.list('freepublish/batchget', false);
  }

  async addDraft(article: object, publishes: boolean): Promise<string> {
    return (await this.call<{ media_id: string }>('draft/add', { articles: [article] }, publishes)).media_id;
  }

  async updateDraft(mediaId: string, article: object, publishes: boolean): Promise<void> {
    await this.call('draft/update', { media_id: mediaId, index: 0, articles: article }, publishes);
  }

  async submit(mediaId: string): Promise<string> {
    return (await this.call<{ publish_id: string | number }>('freepublish/submit', { media_id: mediaId }, true)).publish_id.toString();
  }

  publishState(publishId: string): Promise<WechatPublishState> {
    return this.call<WechatPublishState>('freepublish/get', { publish_id: publishId });
  }

  /** A cover becomes permanent material. */
  async uploadCover(name: string, mediaType: string, bytes: Uint8Array): Promise<string> {
    const file = multipartFile('media', name, mediaType, bytes);
    return (await this.send<{ media_id: string }>('material/add_material', { type: 'image' }, file)).media_id;
  }

  /** A picture inside of a text must be at WeChat. */
  async uploadImage(name: string, mediaType: string, bytes: Uint8Array): Promise<string> {
    return (await this.send<{ url: string }>('media/uploadimg', {}, multipartFile('media', name, mediaType, bytes))).url;
  }

  private async list(path: string, withContent: boolean): Promise<WechatItem[]> {
    const items: WechatItem[] = [];
    while (items.length < MAX_ITEMS) {
      const body = { offset: items.length, count: PAGE, no_content: withContent ? 0 : 1 };
      const page = await this.call<{ total_count: number; item?: WechatItem[] }>(path, body);
      items.push(...(page.item ?? []));
      if ((page.item ?? []).length === 0 || items.length >= page.total_count) break;
    }
    return items;
  }

  private call<T extends object>(path: string, body: object, publishes = false): Promise<T> {
    return this.send<T>(path, {}, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), publishes });
  }

  private async send<T extends object>(path: string, query: Record<string, string>, call: Partial<ChannelRequest>): Promise<T> {
    const parameters = new URLSearchParams({ access_token: await this.authenticate(), ...query });
    return this.post<T>(`${path}?${parameters.toString()}`, call);
  }

  private async fetchToken(): Promise<string> {
    const { apiUrl, appId, secretVariable } = this.access;
    this.secrets.checkAddress(apiUrl, '/apiUrl');
    const body = { grant_type: 'client_credential', appid: appId, secret: this.secrets.read(secretVariable, '/secretVariable') };
    const call = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await this.post<{ access_token: string }>('stable_token', call)).access_token;
  }

  private async post<T extends object>(path: string, call: Partial<ChannelRequest>): Promise<T> {
    const url = `${this.access.apiUrl.replace(/\/$/, '')}/cgi-bin/${path}`;
    const { json } = await this.http.expect({ ...call, method: 'POST', url, label: LABEL, signal: this.signal });
    const answer = json as (T & WechatAnswer) | undefined;
    if (answer === undefined) throw this.unreadable(call.publishes ?? false);
    if (answer.errcode !== undefined && answer.errcode !== 0) throw this.refusal(answer, call.publishes ?? false);
    return answer;
  }

  private unreadable(publishes: boolean): ChannelError {
    const message = 'WeChat answered without JSON.';
    return publishes ? outcomeUnknown('answer_unreadable', message) : notSent('answer_unreadable', message);
  }

  private refusal({ errcode = 0, errmsg = '' }: WechatAnswer, publishes: boolean): ChannelError {
    const { appId, secretVariable } = this.access;
    const said = `${errcode} ${errmsg.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 200)}`.trim();
    const pointer = '/secretVariable';
    if (WRONG_CREDENTIALS.has(errcode)) {
      return rejected('credentials_refused', `WeChat refused ${appId} with the secret in ${secretVariable}: ${said}`, { pointer });
    }
    if (errcode === 40_164)
      return rejected('address_not_allowed', `Add the address of this machine to the IP list of ${appId}: ${said}`, { pointer: '/appId' });
    if (errcode === 48_001)
      return rejected('permission_missing', `${appId} may not use this part of the API: ${said}`, { pointer: '/appId' });
    if (EXPIRED_TOKEN.has(errcode)) return notSent('token_expired', `The token of WeChat expired: ${said}`);
    if (QUOTA.has(errcode)) return notSent('rate_limited', `The quota of WeChat is used up: ${said}`);
    if (errcode === -1)
      return publishes ? outcomeUnknown('system_busy', `WeChat is busy: ${said}`) : notSent('system_busy', `WeChat is busy: ${said}`);
    return rejected('rejected', `WeChat answered ${said}`);
  }
}
