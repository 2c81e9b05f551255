import { Injectable } from '@nestjs/common';
import { FILE_EXTENSIONS } from '../../core/files/file-type.ts';
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
import { findLabelInHtml } from '../label/verify-label.ts';
import type { PackageFile, PackageImage } from '../publish-package.ts';
import { PublishChannel } from '../publish-channel.decorator.ts';
import { hashOfBody, wordpressBody, wordpressText } from './wordpress-body.ts';
import { type WordpressAccess, WordpressClient, type WordpressPost } from './wordpress.client.ts';

export interface WordpressChannelConfig extends ChannelConfig, WordpressAccess {
  readonly categories?: readonly number[];
}

/** WordPress appends -2, -3, … to a slug that is taken. The search includes the suffixes up to this one. */
const MAX_COPIES = 4;

/** Publishes posts by the REST API. A post is found by its slug, because a plain site drops custom fields. */
@Injectable()
@PublishChannel('wordpress')
export class WordpressChannel extends Channel<WordpressChannelConfig> {
  constructor(
    private readonly http: ChannelHttpClient,
    private readonly secrets: ChannelSecrets,
  ) {
    super();
  }

  override describe(): ChannelDescription {
    return {
      description: 'Publishes posts on a WordPress site (5.6 or newer) with an application password.',
      needsNetwork: true,
      modes: ['draft', 'publish'],
      configSchema: configSchema(
        ['draft', 'publish'],
        {
          url: webAddressSchema('The address of the site.'),
          username: { type: 'string', minLength: 1, maxLength: 100, pattern: '^[^:]+$', description: 'The user that publishes.' },
          passwordVariable: secretVariableSchema('The application password of the user.'),
          categories: {
            type: 'array',
            items: { type: 'integer', minimum: 1 },
            maxItems: 20,
            description: 'Ids of categories of the site.',
          },
        },
        ['url', 'username', 'passwordVariable'],
      ),
    };
  }

  override probe(config: WordpressChannelConfig, signal: AbortSignal): Promise<ChannelProbe> {
    return probeBy(async () => (await this.checkedUser(this.client(config, signal), config)).slug);
  }

  override async publish(publication: Publication, config: WordpressChannelConfig, signal: AbortSignal): Promise<PublishReceipt> {
    const client = this.client(config, signal);
    await this.checkedUser(client, config);
    const [existing] = await this.livePosts(client, publication);
    const isCurrent = existing !== undefined && hashOfBody(existing.content.raw ?? '') === publication.hash;
    if (isCurrent && outcomeOf(existing, config) !== undefined) return receiptOf(existing, config, []);
    const post = await this.postOf(client, publication, config);
    const answer = await client.savePost(existing?.id ?? null, post);
    const saved = answer.json as WordpressPost | undefined;
    if (typeof saved?.id !== 'number')
      throw outcomeUnknown('answer_unreadable', 'WordPress answered without the post. The text may have been published.');
    const kept = existing === undefined ? await this.withoutCopy(client, publication, saved) : saved;
    return receiptOf(kept, config, droppedParts(post, saved));
  }

  override async find(publication: Publication, config: WordpressChannelConfig, signal: AbortSignal): Promise<FindResult> {
    const posts = await this.livePosts(this.client(config, signal), publication);
    const current = posts.find(({ content }) => hashOfBody(content.raw ?? '') === publication.hash);
    if (current === undefined) {
      const changed = posts.some(({ content }) => hashOfBody(content.raw ?? '') === null);
      return changed ? { state: 'cannot_tell', reason: 'a post with this address was changed at the site' } : { state: 'absent' };
    }
    const outcome = outcomeOf(current, config);
    if (outcome === undefined) return { state: 'absent' }; // a draft, where it should be public
    const { externalId, externalUrl } = receiptOf(current, config, []);
    return { state: 'found', outcome, externalId, externalUrl };
  }

  override async verifyLabel(
    publication: Publication,
    url: string | null,
    config: WordpressChannelConfig,
    signal: AbortSignal,
  ): Promise<LabelCheck> {
    const { aiLabel } = publication.package;
    if (aiLabel.level === 'none') return { state: 'not_needed' };
    if (url !== null) return findLabelInHtml((await this.http.expect({ method: 'GET', url, signal, label: 'The page' })).text, aiLabel);
    const [draft] = await this.livePosts(this.client(config, signal), publication);
    if (draft === undefined) return { state: 'cannot_tell', reason: 'the site has no such post' };
    return findLabelInHtml(draft.content.rendered ?? '', aiLabel);
  }

  private client(config: WordpressChannelConfig, signal: AbortSignal): WordpressClient {
    return new WordpressClient(this.http, this.secrets, config, signal);
  }

  /** Wrong credentials are refused here with 401; other routes would answer as to a visitor. */
  private async checkedUser(client: WordpressClient, { mode, username }: WordpressChannelConfig): ReturnType<WordpressClient['me']> {
    const user = await client.me();
    const needed = mode === 'publish' ? 'publish_posts' : 'edit_posts';
    if (user.capabilities?.[needed] === true) return user;
    throw rejected('permission_missing', `The user ${username} lacks the capability ${needed}. Give it a role such as Author.`, {
      pointer: '/username',
    });
  }

  /** Trashing renames the slug. @throws {ChannelError} `in_trash` when an editor of the site removed the post */
  private async livePosts(client: WordpressClient, { package: { slug } }: Publication): Promise<WordpressPost[]> {
    const copies = Array.from({ length: MAX_COPIES - 1 }, (_, index) => `${slug}-${index + 2}`);
    const posts = await client.posts([slug, ...copies, `${slug}__trashed`]);
    const live = posts.filter(({ status }) => status !== 'trash');
    if (live.length > 0 || posts.length === 0) return live;
    throw rejected('in_trash', `The post ${posts[0]?.id} is in the trash of the site. Restore it, or delete it permanently.`);
  }

  private async postOf(client: WordpressClient, publication: Publication, { mode, categories }: WordpressChannelConfig): Promise<object> {
    const { package: content } = publication;
    const tags: number[] = [];
    for (const name of content.tags) tags.push(await client.tag(wordpressText(name)));
    const addresses = new Map<string, string>();
    for (const image of content.images) addresses.set(image.name, (await uploaded(client, publication, image)).source_url);
    for (const file of content.attachments ?? [])
      addresses.set(file.name, (await uploaded(client, publication, { ...file, alt: file.title })).source_url);
    const cover = content.cover === null ? null : await uploaded(client, publication, content.cover);
    return {
      title: wordpressText(content.title),
      content: wordpressBody(publication, addresses),
      excerpt: wordpressText(content.summary),
      status: mode,
      slug: content.slug,
      tags,
      ...(categories !== undefined && { categories }),
      ...(cover !== null && { featured_media: cover.id }),
    };
  }

  /**
   * An earlier request without an answer may have created a post meanwhile, and the new post then has `slug-2`. The older post
   * stays, and the new one is removed.
   */
  private async withoutCopy(client: WordpressClient, publication: Publication, saved: WordpressPost): Promise<WordpressPost> {
    const [oldest] = await this.livePosts(client, publication);
    if (oldest === undefined || oldest.id >= saved.id) return saved;
    await client.deletePost(saved.id);
    return oldest;
  }
}

/** The same file under the same name once only: the site would store a second one beside it. */
async function uploaded(
  client: WordpressClient,
  { package: { slug }, assets }: Publication,
  file: Pick<PackageImage | PackageFile, 'sha256' | 'mediaType'> & Pick<PackageImage, 'alt'>,
): ReturnType<WordpressClient['upload']> {
  const name = `${slug}-${file.sha256.slice(0, 8)}`;
  const existing = await client.media(name);
  if (existing !== undefined) return existing;
  return client.upload(`${name}.${FILE_EXTENSIONS[file.mediaType]}`, file.mediaType, await assets.read(file.sha256), file.alt);
}

/** Undefined for a draft that should be public. A site may hold a post back for a moderator, or until a date. */
function outcomeOf({ status }: WordpressPost, { mode }: WordpressChannelConfig): PublishOutcome | undefined {
  if (status === 'publish') return 'published';
  if (mode === 'draft') return 'draft_created';
  return status === 'future' || status === 'pending' ? 'publish_submitted' : undefined;
}

function receiptOf(post: WordpressPost, config: WordpressChannelConfig, warnings: string[]): PublishReceipt {
  const outcome = outcomeOf(post, config);
  const isPublic = outcome === 'published';
  const held = outcome === 'publish_submitted' ? [`The site holds the post back with the status "${post.status}".`] : [];
  return {
    outcome: outcome ?? 'draft_created',
    externalId: String(post.id),
    externalUrl: isPublic ? post.link : null,
    warnings: [...warnings, ...held],
  };
}

/** The site accepts unknown ids and drops them without an error. */
function droppedParts(wanted: { categories?: unknown; featured_media?: unknown }, saved: WordpressPost): string[] {
  const warnings: string[] = [];
  const kept = new Set(saved.categories);
  const missing = ((wanted.categories ?? []) as number[]).filter((id) => !kept.has(id));
  if (missing.length > 0) warnings.push(`The site has no category ${missing.join(', ')}.`);
  if (wanted.featured_media !== undefined && wanted.featured_media !== saved.featured_media)
    warnings.push('The site did not take the cover.');
  return warnings;
}
