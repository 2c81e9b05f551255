import { Injectable } from '@nestjs/common';
import { cutText } from '../../core/text/storable-text.ts';
import {
  Channel,
  type ChannelConfig,
  type ChannelDescription,
  type ChannelProbe,
  type FindResult,
  type LabelCheck,
  type Publication,
  type PublishReceipt,
} from '../channel.ts';
import { configSchema, secretVariableSchema, webAddressSchema } from '../channel-config.ts';
import { ChannelError, rejected } from '../channel-error.ts';
import { ChannelHttpClient } from '../channel-http.client.ts';
import { probeBy } from '../channel-probe.ts';
import { ChannelSecrets } from '../channel-secrets.ts';
import { skippedFilesWarning } from '../attachment-list.ts';
import { withAssetAddresses } from '../asset-addresses.ts';
import { labelledHtml } from '../label/label-carriers.ts';
import { findLabelInHtml } from '../label/verify-label.ts';
import { imageFileName } from '../multipart.ts';
import { PublishChannel } from '../publish-channel.decorator.ts';
import { type WechatAccess, WechatClient, type WechatItem } from './wechat.client.ts';

export interface WechatChannelConfig extends ChannelConfig, WechatAccess {
  readonly sourceUrl: string;
}

const MAX_AUTHOR = 16;
const MAX_DIGEST = 120;
const PUBLISHED = 0;
const AT_WORK = 1;
/** Parameter of the source address that says which version it is. */
const VERSION = 'ch';

/**
 * Puts drafts into the draft box of a WeChat official account, and publishes them. An item is found by its source address (阅读原文):
 * no other member is set by ContentHub, kept by WeChat and part of its lists.
 */
@Injectable()
@PublishChannel('wechat')
export class WechatChannel extends Channel<WechatChannelConfig> {
  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
  ) {
    super();
  }

  override describe(): ChannelDescription {
    const sourceUrl = { type: 'string', pattern: '^https?://[^\\s/@?#]+/[^\\s?#]*\\{contentId\\}[^\\s?#]*$', maxLength: 500 };
    return {
      description: 'Puts drafts into a WeChat official account (公众号), and publishes them.',
      needsNetwork: true,
      modes: ['draft', 'publish'],
      configSchema: configSchema(
        ['draft', 'publish'],
        {
          appId: { type: 'string', pattern: '^wx[0-9a-z]{10,40}$', description: 'The AppID of the account.' },
          secretVariable: secretVariableSchema('The AppSecret of the account.'),
          sourceUrl: { ...sourceUrl, description: 'The address behind 阅读原文, with {contentId}. Items are found by it.' },
          apiUrl: { ...webAddressSchema('The API, where a proxy with a fixed address is needed.'), default: 'https://api.weixin.qq.com' },
        },
        ['appId', 'secretVariable', 'sourceUrl'],
      ),
    };
  }

  override probe(config: WechatChannelConfig, signal: AbortSignal): Promise<ChannelProbe> {
    return probeBy(async () => {
      await this.client(config, signal).authenticate();
      return config.appId;
    });
  }

  override async publish(publication: Publication, config: WechatChannelConfig, signal: AbortSignal): Promise<PublishReceipt> {
    const client = this.client(config, signal);
    const found = await this.findPublished(client, publication, config);
    if (found !== null) return found;
    const isDraft = config.mode === 'draft';
    const draft = itemOf(await client.drafts(), publication, config);
    let mediaId = draft?.media_id;
    if (draft === undefined || !isCurrent(draft, publication)) {
      const article = await this.articleOf(client, publication, config);
      if (mediaId === undefined) mediaId = await client.addDraft(article, isDraft);
      else await client.updateDraft(mediaId, article, isDraft);
    }
    if (mediaId === undefined) throw rejected('draft_without_id', 'WeChat listed the draft without its media_id.');
    const warnings = skippedFilesWarning(publication.package, 'WeChat');
    if (isDraft) return { outcome: 'draft_created', externalId: mediaId, externalUrl: null, warnings };
    return { ...(await this.submitted(client, mediaId)), warnings };
  }

  override async find(publication: Publication, config: WechatChannelConfig, signal: AbortSignal): Promise<FindResult> {
    const client = this.client(config, signal);
    const published = itemOf(await client.published(), publication, config);
    if (published !== undefined && isCurrent(published, publication)) return { state: 'found', ...placeOf(published) };
    const draft = itemOf(await client.drafts(), publication, config);
    if (draft === undefined || !isCurrent(draft, publication)) return { state: 'absent' };
    if (config.mode === 'draft') return { state: 'found', outcome: 'draft_created', externalId: draft.media_id ?? '', externalUrl: null };
    return { state: 'cannot_tell', reason: 'the draft exists; it is listed as a draft until its publication has ended' };
  }

  override async verifyLabel(
    publication: Publication,
    url: string | null,
    config: WechatChannelConfig,
    signal: AbortSignal,
  ): Promise<LabelCheck> {
    const { aiLabel } = publication.package;
    if (aiLabel.level === 'none') return { state: 'not_needed' };
    if (url !== null) return findLabelInHtml((await this.http.expect({ method: 'GET', url, signal, label: 'The page' })).text, aiLabel);
    const draft = itemOf(await this.client(config, signal).drafts(true), publication, config);
    if (draft === undefined) return { state: 'cannot_tell', reason: 'the account has no such draft' };
    return findLabelInHtml(draft.content.news_item[0]?.content ?? '', aiLabel);
  }

  private client(config: WechatChannelConfig, signal: AbortSignal): WechatClient {
    return new WechatClient(this.http, this.secrets, config, signal);
  }

  /** @throws {ChannelError} `cannot_replace` when another version is public: WeChat cannot change it, and a second one would be a double post */
  private async findPublished(client: WechatClient, publication: Publication, config: WechatChannelConfig): Promise<PublishReceipt | null> {
    const item = itemOf(await client.published(), publication, config);
    if (item === undefined) return null;
    if (isCurrent(item, publication)) return { ...placeOf(item), warnings: [] };
    throw rejected('cannot_replace', 'Another version of this content is public, and WeChat cannot change it. Delete it there first.');
  }

  private async articleOf(
    client: WechatClient,
    { package: content, assets, hash }: Publication,
    config: WechatChannelConfig,
  ): Promise<object> {
    const { cover, slug, images } = content;
    if (cover === null) throw rejected('cover_missing', 'WeChat needs a cover, and the content has none.');
    const addresses = new Map<string, string>();
    for (const image of images) {
      addresses.set(image.name, await client.uploadImage(imageFileName(slug, image), image.mediaType, await assets.read(image.sha256)));
    }
    const thumb = await client.uploadCover(imageFileName(slug, cover), cover.mediaType, await assets.read(cover.sha256));
    return {
      article_type: 'news',
      title: oneLine(content.title),
      author: cutText(oneLine(content.author), MAX_AUTHOR),
      digest: cutText(oneLine(content.summary), MAX_DIGEST),
      content: withAssetAddresses(labelledHtml(content), addresses),
      content_source_url: `${sourceOf(content.contentId, config)}?${VERSION}=${hash}`,
      thumb_media_id: thumb,
    };
  }

  /** Submits the draft and reads the state of the publication. If only the second request fails, the outcome is `publish_submitted`. */
  private async submitted(client: WechatClient, mediaId: string): Promise<PublishReceipt> {
    const publishId = await client.submit(mediaId);
    const pending: PublishReceipt = { outcome: 'publish_submitted', externalId: publishId, externalUrl: null, warnings: [] };
    const state = await client.publishState(publishId).catch((error: unknown) => {
      if (error instanceof ChannelError) return null;
      throw error;
    });
    if (state === null || state.publish_status === AT_WORK) return pending;
    if (state.publish_status !== PUBLISHED)
      throw rejected('rejected_by_platform', `WeChat refused the publication (publish_status ${state.publish_status}).`);
    const externalUrl = state.article_detail?.item[0]?.article_url ?? null;
    return { ...pending, outcome: 'published', externalId: state.article_id ?? publishId, externalUrl };
  }
}

function sourceOf(contentId: string, { sourceUrl }: WechatChannelConfig): string {
  return sourceUrl.replaceAll('{contentId}', contentId);
}

/** The newest item of this content, of any version. */
function itemOf(
  items: readonly WechatItem[],
  { package: { contentId } }: Publication,
  config: WechatChannelConfig,
): WechatItem | undefined {
  const source = `${sourceOf(contentId, config)}?`;
  return items.find(({ content }) => content.news_item[0]?.content_source_url.startsWith(source));
}

function isCurrent({ content }: WechatItem, { hash }: Publication): boolean {
  return content.news_item[0]?.content_source_url.endsWith(`?${VERSION}=${hash}`) === true;
}

function placeOf({ article_id: articleId, content }: WechatItem): Pick<PublishReceipt, 'outcome' | 'externalId' | 'externalUrl'> {
  return { outcome: 'published', externalId: articleId ?? '', externalUrl: content.news_item[0]?.url ?? null };
}

function oneLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
