import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AiLabel, createAiLabel } from '../../channels/label/ai-label.ts';
import { labelImage } from '../../channels/images/label-image.ts';
import { rasterCover } from '../../channels/images/raster-cover.ts';
import { freezePackage, type FrozenPackage, type PackageFile, type PackageImage, slugOf } from '../../channels/publish-package.ts';
import { parseActor } from '../../core/actor/actor.ts';
import { isImage } from '../../core/files/file-type.ts';
import { AccountService } from '../accounts/account.service.ts';
import { isShownIn } from '../attachments/attachment.ts';
import { AttachmentStore } from '../attachments/attachment.store.ts';
import type { Content } from '../contents/content.entity.ts';
import { ContentService } from '../contents/content.service.ts';
import { aiPartOf } from './ai-part.ts';
import { PublicationRepository } from './publication.repository.ts';

/** A package and the version of the content that it was made of. */
export interface MadePackage {
  readonly content: Pick<Content, 'version' | 'packageHash'>;
  readonly frozen: FrozenPackage;
}

/** Freezes the approved version of a content: every channel gets this package, and the intent stores it. */
@Injectable()
export class PackageFactory {
  constructor(
    private readonly contents: ContentService,
    private readonly accounts: AccountService,
    private readonly publications: PublicationRepository,
    private readonly files: AttachmentStore,
  ) {}

  /** The slug is that of the first publication, so that a later version replaces the page. */
  async freeze(contentId: string): Promise<MadePackage> {
    const content = await this.contents.get(contentId);
    const account = await this.accounts.get(content.accountId);
    const { version, title, summary, bodyMarkdown, bodyHtml, language, approvedAt } = content;
    const reviewer = content.reviewer === null ? null : parseActor(content.reviewer);
    // An approval by the rules is no review by a person.
    const reviewedBy = reviewer === null || reviewer.type === 'system' ? null : reviewer.name;
    const reviewedAt = reviewedBy === null ? null : (approvedAt?.toISOString() ?? null);
    const responsible = account.publishing.responsible ?? null;
    const { keywords = [] } = content.provenance as { keywords?: string[] };
    const { level, model, provider } = aiPartOf(content.provenance, content.editedBy !== null);
    const aiLabel = createAiLabel({
      level,
      language,
      contentId,
      producer: account.publishing.producer ?? account.name,
      model,
      provider,
      generatedAt: level === 'none' ? null : content.createdAt.toISOString(),
      reviewedBy,
      reviewedAt,
      responsible,
    });
    await this.files.freeze(content.attachments.map(({ sha256 }) => sha256));
    const frozen = freezePackage({
      contentId,
      version,
      slug: (await this.publications.firstSlug(contentId)) ?? slugOf(title, contentId),
      title,
      summary,
      bodyMarkdown,
      bodyHtml,
      language,
      accountId: account.id,
      accountName: account.name,
      author: account.publishing.author ?? account.name,
      tags: keywords,
      ...filesOf(content),
      cover: await this.cover(content, aiLabel),
      aiLabel,
      reviewedBy,
      reviewedAt,
      responsible,
      createdAt: content.updatedAt.toISOString(),
    });
    return { content, frozen };
  }

  /** The label of the text is also in the picture, because a channel or a reader may pass the picture on without the page. */
  private async cover({ coverSvg, title }: Content, { aigc }: AiLabel): Promise<PackageImage | null> {
    if (coverSvg === null) return null;
    const drawn = await rasterCover(coverSvg);
    const bytes = aigc === null ? drawn : await labelImage(drawn, aigc);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.publications.storeAsset(sha256, bytes);
    return { name: 'cover.png', mediaType: 'image/png', sha256, alt: title };
  }
}

/** Pictures that the text shows are images of the package, and channels upload them; the other files are listed below the text. */
function filesOf({ attachments, bodyHtml }: Content): { images: PackageImage[]; attachments?: PackageFile[] } {
  const images: PackageImage[] = [];
  const files: PackageFile[] = [];
  for (const file of attachments) {
    const { name, title, mediaType, bytes, sha256 } = file;
    if (isImage(mediaType) && isShownIn(bodyHtml, file)) images.push({ name, mediaType, sha256, alt: title });
    else files.push({ name, title, mediaType, bytes, sha256 });
  }
  return files.length === 0 ? { images } : { images, attachments: files };
}
