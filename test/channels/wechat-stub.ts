import type { StubAnswer, StubRequest } from './stub-server.ts';

interface Article {
  title: string;
  content: string;
  content_source_url: string;
  thumb_media_id: string;
}

export interface WechatStubItem {
  media_id: string;
  article_id?: string;
  publish_id?: string;
  article: Article;
}

const answer = (body: object): StubAnswer => ({ status: 200, body });
const problem = (errcode: number, errmsg: string): StubAnswer => answer({ errcode, errmsg });
const TOKEN = 'token-1';

/** Answers as the documentation of WeChat official accounts says. `base`: the address of the pages. */
export class WechatStub {
  readonly drafts: WechatStubItem[] = [];
  readonly published: WechatStubItem[] = [];
  base = '';
  /** `slow`: a publication stays at work until `finish`. A number: the platform refuses it with this publish_status. */
  platform: 'fast' | 'slow' | number = 'fast';
  /** The error of the next call of the API. */
  nextError: [number, string] | undefined;
  private count = 0;

  constructor(private readonly credentials: { appId: string; secret: string }) {}

  answer({ method, url, body, headers }: StubRequest): StubAnswer {
    const path = url.pathname.replace(/^\/cgi-bin\//, '');
    if (path === url.pathname) return this.page(path);
    if (method !== 'POST') return problem(43_002, 'require POST method');
    const isJson = headers['content-type'] === 'application/json';
    const given = (isJson ? JSON.parse(body.toString()) : {}) as Record<string, unknown>;
    if (path === 'stable_token') return this.token(given);
    if (url.searchParams.get('access_token') !== TOKEN) return problem(40_001, 'invalid credential');
    if (this.nextError !== undefined) {
      const [code, message] = this.nextError;
      this.nextError = undefined;
      return problem(code, message);
    }
    switch (path) {
      case 'material/add_material':
        return answer({ media_id: `thumb-${(this.count += 1)}`, url: `${this.base}/thumb` });
      case 'media/uploadimg':
        return answer({ url: `${this.base}/image-${(this.count += 1)}` });
      case 'draft/add':
        return this.add((given.articles as Article[])[0]);
      case 'draft/update':
        return this.update(given.media_id, given.articles as Article);
      case 'draft/batchget':
        return this.listPage(this.drafts, given);
      case 'freepublish/batchget':
        return this.listPage(this.published, given);
      case 'freepublish/submit':
        return this.submit(given.media_id);
      case 'freepublish/get':
        return this.state(given.publish_id);
      default:
        return problem(40_066, 'invalid url');
    }
  }

  /** Ends the publications at work: a published draft leaves the draft box. */
  finish(): void {
    for (const item of this.drafts.filter(({ publish_id }) => publish_id !== undefined)) this.publish(item);
  }

  private token({ appid, secret }: Record<string, unknown>): StubAnswer {
    if (appid !== this.credentials.appId) return problem(40_013, 'invalid appid');
    if (secret !== this.credentials.secret) return problem(40_125, 'invalid appsecret');
    return answer({ access_token: TOKEN, expires_in: 7200 });
  }

  private add(article: Article | undefined): StubAnswer {
    if (!article?.title) return problem(45_166, 'invalid content');
    if (!article.thumb_media_id.startsWith('thumb-')) return problem(40_007, 'invalid media_id');
    const media_id = `draft-${(this.count += 1)}`;
    this.drafts.unshift({ media_id, article });
    return answer({ media_id });
  }

  private update(mediaId: unknown, article: Article): StubAnswer {
    const draft = this.drafts.find(({ media_id }) => media_id === mediaId);
    if (draft === undefined) return problem(40_007, 'invalid media_id');
    draft.article = article;
    return problem(0, 'ok');
  }

  private submit(mediaId: unknown): StubAnswer {
    const draft = this.drafts.find(({ media_id }) => media_id === mediaId);
    if (draft === undefined) return problem(53_503, 'the draft did not pass the check');
    draft.publish_id = String((this.count += 1));
    if (this.platform === 'fast') this.publish(draft);
    return answer({ errcode: 0, errmsg: 'ok', publish_id: Number(draft.publish_id) });
  }

  private state(publishId: unknown): StubAnswer {
    const item = this.published.find(({ publish_id }) => publish_id === publishId);
    if (typeof this.platform === 'number') return answer({ publish_id: publishId, publish_status: this.platform });
    if (item === undefined) return answer({ publish_id: publishId, publish_status: 1 });
    const article_detail = { count: 1, item: [{ idx: 1, article_url: this.addressOf(item) }] };
    return answer({ publish_id: publishId, publish_status: 0, article_id: item.article_id, article_detail });
  }

  private publish(item: WechatStubItem): void {
    this.drafts.splice(this.drafts.indexOf(item), 1);
    this.published.unshift({ ...item, article_id: `article-${item.media_id}` });
  }

  private listPage(items: readonly WechatStubItem[], { offset, count, no_content: noContent }: Record<string, unknown>): StubAnswer {
    const shown = items.slice(Number(offset), Number(offset) + Number(count)).map((item) => {
      const { content, ...article } = item.article;
      const url = item.article_id === undefined ? '' : this.addressOf(item);
      const { media_id, article_id } = item;
      const id = article_id === undefined ? { media_id } : { article_id };
      return { ...id, content: { news_item: [{ ...article, ...(noContent === 0 && { content }), url }] } };
    });
    return answer({ total_count: items.length, item_count: shown.length, item: shown });
  }

  private addressOf({ article_id }: WechatStubItem): string {
    return `${this.base}/s/${article_id}`;
  }

  private page(path: string): StubAnswer {
    const item = this.published.find(({ article_id }) => path === `/s/${article_id}`);
    if (item === undefined) return { status: 404, body: 'not found' };
    return { status: 200, body: `<html><body><h1>${item.article.title}</h1>${item.article.content}</body></html>` };
  }
}
