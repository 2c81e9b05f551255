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
  type PublishOutcome,
  type PublishReceipt,
} from '../channel.ts';
import { configSchema, secretVariableSchema, webAddressSchema } from '../channel-config.ts';
import { outcomeUnknown, rejected } from '../channel-error.ts';
import { ChannelHttpClient } from '../channel-http.client.ts';
import { probeBy } from '../channel-probe.ts';
import { ChannelSecrets } from '../channel-secrets.ts';
import { skippedFilesWarning } from '../attachment-list.ts';
import { withAssetAddresses } from '../asset-addresses.ts';
import { labelledHtml, labelMeta } from '../label/label-carriers.ts';
import { findLabelInHtml } from '../label/verify-label.ts';
import { imageFileName } from '../multipart.ts';
import type { PackageImage } from '../publish-package.ts';
import { PublishChannel } from '../publish-channel.decorator.ts';
import { type GhostAccess, GhostClient, type GhostPost } from './ghost.client.ts';

export interface GhostChannelConfig extends ChannelConfig, GhostAccess {}

const MAX_TITLE = 255;
const MAX_EXCERPT = 300;
/** In the head of the page: which version of the content it is. */
const MARK = /<meta name="contenthub-package" content="([0-9a-f]{64})">/;

/** Publishes posts by the Admin API. A post is found by an internal tag with the content id. No newsletter is sent. */
@Injectable()
@PublishChannel('ghost')
export class GhostChannel extends Channel<GhostChannelConfig> {
  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
  ) {
    super();
  }

  override describe(): ChannelDescription {
    return {
      description: 'Publishes posts on a Ghost site (5 or 6) with the key of a custom integration.',
      needsNetwork: true,
      modes: ['draft', 'publish'],
      configSchema: configSchema(
        ['draft', 'publish'],
        {
          url: webAddressSchema('The address of the site, where /ghost/ is.'),
          keyVariable: secretVariableSchema('The Admin API key of a custom integration.'),
        },
        ['url', 'keyVariable'],
      ),
    };
  }

  override probe(config: GhostChannelConfig, signal: AbortSignal): Promise<ChannelProbe> {
    return probeBy(() => this.client(config, signal).siteTitle());
  }

  override async publish(publication: Publication, config: GhostChannelConfig, signal: AbortSignal): Promise<PublishReceipt> {
    const { title } = publication.package;
    if (title.length > MAX_TITLE)
      throw rejected('title_too_long', `The title has ${title.length} characters, and Ghost accepts ${MAX_TITLE}.`);
    const client = this.client(config, signal);
    const [existing] = await client.posts(tagOf(publication).slug);
    if (existing !== undefined && hashOf(existing) === publication.hash && outcomeOf(existing, config) !== undefined)
      return receiptOf(existing, config);
    const post = await this.postOf(client, publication, config);
    const answer = existing === undefined ? await client.createPost(post) : await client.updatePost(existing, post);
    const [saved] = (answer.json as { posts?: GhostPost[] } | undefined)?.posts ?? [];
    if (saved === undefined)
      throw outcomeUnknown('answer_unreadable', 'Ghost answered without the post. The text may have been published.');
    const receipt = receiptOf(existing === undefined ? await this.withoutCopy(client, publication, saved) : saved, config);
    return { ...receipt, warnings: skippedFilesWarning(publication.package, 'Ghost') };
  }

  override async find(publication: Publication, config: GhostChannelConfig, signal: AbortSignal): Promise<FindResult> {
    const posts = await this.client(config, signal).posts(tagOf(publication).slug);
    const current = posts.find((post) => hashOf(post) === publication.hash);
    if (current === undefined) {
      const isChanged = posts.some((post) => hashOf(post) === null);
      return isChanged
        ? { state: 'cannot_tell', reason: 'a post with the tag of this content was changed at the site' }
        : { state: 'absent' };
    }
    const outcome = outcomeOf(current, config);
    if (outcome === undefined) return { state: 'absent' }; // a draft, where it should be public
    const { externalId, externalUrl } = receiptOf(current, config);
    return { state: 'found', outcome, externalId, externalUrl };
  }

  override async verifyLabel(
    publication: Publication,
    url: string | null,
    config: GhostChannelConfig,
    signal: AbortSignal,
  ): Promise<LabelCheck> {
    const { aiLabel } = publication.package;
    if (aiLabel.level === 'none') return { state: 'not_needed' };
    if (url !== null) return findLabelInHtml((await this.http.expect({ method: 'GET', url, signal, label: 'The page' })).text, aiLabel);
    const [draft] = await this.client(config, signal).posts(tagOf(publication).slug);
    if (draft === undefined) return { state: 'cannot_tell', reason: 'the site has no such post' };
    return findLabelInHtml(`${draft.codeinjection_head ?? ''}${draft.html ?? ''}`, aiLabel);
  }

  private client(config: GhostChannelConfig, signal: AbortSignal): GhostClient {
    return new GhostClient(this.http, this.secrets, config, signal);
  }

  /** The body is one HTML card: Ghost converts other HTML, and footnotes lose their ids. */
  private async postOf(client: GhostClient, publication: Publication, { mode }: GhostChannelConfig): Promise<object> {
    const { package: content, hash } = publication;
    const addresses = new Map<string, string>();
    for (const image of content.images) addresses.set(image.name, await uploaded(client, publication, image));
    const cover = content.cover === null ? null : await uploaded(client, publication, content.cover);
    const html = withAssetAddresses(labelledHtml(content), addresses);
    return {
      title: oneLine(content.title),
      slug: content.slug,
      html: `<!--kg-card-begin: html-->\n${html}\n<!--kg-card-end: html-->`,
      custom_excerpt: cutText(oneLine(content.summary), MAX_EXCERPT),
      status: mode === 'publish' ? 'published' : 'draft',
      tags: [...content.tags.map((name) => ({ name: oneLine(name) })), { name: tagOf(publication).name }],
      feature_image: cover,
      feature_image_alt: content.cover === null ? null : cutText(content.cover.alt, 125),
      codeinjection_head: `${labelMeta(content.aiLabel)}\n<meta name="contenthub-package" content="${hash}">`,
    };
  }

  /** An earlier request without an answer may have created a post meanwhile. The older post stays, and the new one is removed. */
  private async withoutCopy(client: GhostClient, publication: Publication, saved: GhostPost): Promise<GhostPost> {
    const posts = await client.posts(tagOf(publication).slug);
    // Ids begin with the time, and posts of one second are in the order of a counter.
    const [oldest] = posts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (oldest === undefined || oldest.id >= saved.id) return saved;
    await client.deletePost(saved.id);
    return oldest;
  }
}

/** An internal tag: Ghost does not show names that begin with #. */
function tagOf({ package: { contentId } }: Publication): { name: string; slug: string } {
  return { name: `#ch-${contentId}`, slug: `hash-ch-${contentId}` };
}

async function uploaded(client: GhostClient, { package: { slug }, assets }: Publication, image: PackageImage): Promise<string> {
  return client.upload(imageFileName(slug, image), image.mediaType, await assets.read(image.sha256));
}

function hashOf({ codeinjection_head: head }: GhostPost): string | null {
  return MARK.exec(head ?? '')?.[1] ?? null;
}

/** Undefined for a draft that should be public. */
function outcomeOf({ status }: GhostPost, { mode }: GhostChannelConfig): PublishOutcome | undefined {
  if (status === 'published') return 'published';
  if (mode === 'draft') return 'draft_created';
  return status === 'scheduled' ? 'publish_submitted' : undefined;
}

function receiptOf(post: GhostPost, config: GhostChannelConfig): PublishReceipt {
  const outcome = outcomeOf(post, config) ?? 'draft_created';
  return { outcome, externalId: post.id, externalUrl: outcome === 'published' ? post.url : null, warnings: [] };
}

function oneLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
