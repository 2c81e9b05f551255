import { Injectable } from '@nestjs/common';
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
import { configSchema, webAddressSchema } from '../channel-config.ts';
import { notSent } from '../channel-error.ts';
import { findLabelInHtml } from '../label/verify-label.ts';
import { PublishChannel } from '../publish-channel.decorator.ts';
import { FeedStore } from './feed-store.ts';
import { guidOf, renderFeed } from './render-feed.ts';

export interface FeedChannelConfig extends ChannelConfig {
  readonly title: string;
  readonly description?: string;
  readonly siteUrl: string;
  readonly itemUrl?: string;
}

/** Puts contents into the feeds of their account. The feeds are rendered from the stored packages. */
@Injectable()
@PublishChannel('feed')
export class FeedChannel extends Channel<FeedChannelConfig> {
  constructor(private readonly store: FeedStore) {
    super();
  }

  override describe(): ChannelDescription {
    const itemUrl = { type: 'string', pattern: '^https?://[^\\s/@?#]+/\\S*\\{slug\\}\\S*$', maxLength: 500 };
    return {
      description: 'Puts contents into the RSS, Atom and JSON feeds of their account.',
      needsNetwork: false,
      modes: ['publish'],
      configSchema: configSchema(
        ['publish'],
        {
          title: { type: 'string', minLength: 1, maxLength: 200, description: 'Title of the feeds.' },
          description: { type: 'string', maxLength: 500, description: 'Subtitle of the feeds.' },
          siteUrl: webAddressSchema('The site that the feeds belong to.'),
          itemUrl: { ...itemUrl, description: 'Address of the page of a content, with {slug}. Without it, entries link to siteUrl.' },
        },
        ['title', 'siteUrl'],
      ),
    };
  }

  override async probe(): Promise<ChannelProbe> {
    return { usable: true, identity: null, problems: [] };
  }

  /** A repeated call has no effect, so a lost answer of the database is safe to retry. */
  override async publish(publication: Publication, config: FeedChannelConfig): Promise<PublishReceipt> {
    try {
      await this.store.put(publication);
    } catch (cause) {
      throw notSent('store_failed', 'The feed entry could not be stored.', { cause });
    }
    return { ...placeOf(publication, config), warnings: [] };
  }

  override async find(publication: Publication, config: FeedChannelConfig): Promise<FindResult> {
    const { accountId, contentId } = publication.package;
    const entry = await this.store.find(accountId, contentId);
    return entry?.hash === publication.hash ? { state: 'found', ...placeOf(publication, config) } : { state: 'absent' };
  }

  override async verifyLabel(publication: Publication, _url: string | null, config: FeedChannelConfig): Promise<LabelCheck> {
    const { accountId, contentId, language, aiLabel } = publication.package;
    const entry = await this.store.find(accountId, contentId);
    if (entry === undefined) return { state: 'cannot_tell', reason: 'the feed has no such entry' };
    const json = renderFeed('json', { ...config, accountId, language }, [entry]);
    const { items } = JSON.parse(json) as { items: { content_html: string }[] };
    return findLabelInHtml(items[0]?.content_html ?? '', aiLabel);
  }
}

function placeOf(
  { package: content }: Publication,
  { itemUrl }: FeedChannelConfig,
): Pick<PublishReceipt, 'outcome' | 'externalId' | 'externalUrl'> {
  const externalUrl = itemUrl?.replaceAll('{slug}', encodeURIComponent(content.slug)) ?? null;
  return { outcome: 'published', externalId: guidOf(content), externalUrl };
}
