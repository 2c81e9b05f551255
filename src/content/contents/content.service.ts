import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, In, LessThan, Repository } from 'typeorm';
import type { ReviewMode } from '../../core/review/review-policy.ts';
import { reviewRisk } from '../../core/review/review-policy.ts';
import type { ReviewStatus } from '../../core/review/review.ts';
import { isSameActor } from '../../core/actor/actor.ts';
import { type ContentCheck, checkContent, type ContentCheckInput, reportedOf, withFindings } from '../../core/text/check-content.ts';
import { afterReview } from '../../core/text/quality-score.ts';
import { markdownToText } from '../../core/text/markdown-text.ts';
import { SensitiveWordMatcher } from '../../core/text/sensitive-words.ts';
import { countWords } from '../../core/text/word-count.ts';
import { isForReaders } from '../../core/review/for-readers.ts';
import { comparedSourcesOf } from '../../creators/check-creation.ts';
import { drawCover } from '../../creators/offline/cover.ts';
import type { TransactionClient } from '../../platform/database/pools.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { type AccountLimit, AccountService, isWithin } from '../accounts/account.service.ts';
import type { Attachment } from '../attachments/attachment.ts';
import { AttachmentPreview } from '../attachments/attachment-preview.ts';
import { DuplicateService } from '../duplicates/duplicate.service.ts';
import { fingerprintOf } from '../duplicates/fingerprint.ts';
import { renderArticlePage } from '../rendering/article-page.ts';
import { RenderBusyError } from '../rendering/markdown-render-thread.ts';
import { renderMarkdown } from '../rendering/render-markdown.ts';
import { Content } from './content.entity.ts';
import { toFindingView, type UpdateContentBody } from './content.dto.ts';
import { ContentVersion } from './content-version.entity.ts';

export interface ContentFilter {
  accountId?: string;
  /** Only contents of these accounts; null for all. */
  within: AccountLimit;
  reviewStatuses?: readonly ReviewStatus[];
  kinds?: readonly Content['kind'][];
  beforeId?: string;
  limit: number;
}

export interface VersionEntry {
  readonly version: number;
  readonly title: string;
  /** Actor of the edit that made the version; null for the first. */
  readonly author: string | null;
  readonly createdAt: Date;
  /** Names. */
  readonly attachments: string[];
}

/** What an edit changes. */
export type ContentChanges = UpdateContentBody & { readonly attachments?: Attachment[] };

export type VersionTexts = Pick<Content, 'version' | 'title' | 'summary' | 'bodyMarkdown'>;

/** Limit of one list. A content rarely has more than a few versions. */
const MAX_VERSIONS = 200;

/** Rolls an edit back: the content has another version or review than the one that was read. */
class ChangedMeanwhileError extends Error {}

@Injectable()
export class ContentService {
  constructor(
    @InjectRepository(Content) private readonly contents: Repository<Content>,
    private readonly dataSource: DataSource,
    private readonly accounts: AccountService,
    private readonly sensitiveWords: SensitiveWordMatcher,
    private readonly duplicates: DuplicateService,
    private readonly previews: AttachmentPreview,
  ) {}

  async get(id: string, within: AccountLimit = null): Promise<Content> {
    const content = isUuid(id) ? await this.contents.findOneBy({ id }) : null;
    if (!content || !isWithin(within, content.accountId))
      throw ProblemError.notFound('content_not_found', `There is no content "${id.slice(0, 100)}".`, {
        detail: 'GET /contents lists all.',
      });
    return content;
  }

  /** Newest first. */
  async list({ accountId, within, reviewStatuses, kinds, beforeId, limit }: ContentFilter): Promise<Content[]> {
    if (accountId !== undefined && !isWithin(within, accountId)) return [];
    return this.contents.find({
      where: {
        ...(within !== null && { accountId: In(within) }),
        ...(accountId !== undefined && { accountId }),
        ...(reviewStatuses && { reviewStatus: In(reviewStatuses) }),
        ...(kinds && { kind: In(kinds) }),
        ...(beforeId !== undefined && { id: LessThan(beforeId) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** The checks and the usage of the content that a task wrote; undefined when it wrote none. */
  async generationFacts(taskId: string): Promise<{ checks: unknown[]; usage: unknown } | undefined> {
    const content = await this.contents.findOne({
      where: { generationTaskId: taskId },
      select: { id: true, accountId: true, checks: true, provenance: true },
    });
    if (content === null) return undefined;
    const checks = content.checks.map((finding) => toFindingView(finding, [content.accountId]));
    return { checks, usage: content.provenance?.['usage'] ?? null };
  }

  /**
   * Stores the previous version, then renders and checks again. An edit ends an approval, except for a fix by the person who
   * approved, where the account does not require four eyes and no check blocks. `alongside` runs in the transaction of the edit,
   * before the lock that serialises edits, so it may take long; it is rolled back when the edit is.
   */
  async edit(
    content: Content,
    changes: ContentChanges,
    editor: string,
    alongside?: (tx: TransactionClient) => Promise<void>,
  ): Promise<Content> {
    if (Object.keys(changes).length === 0) return content;
    const next = { title: content.title, summary: content.summary, bodyMarkdown: content.bodyMarkdown, ...changes };
    const { voice, name: account, review } = await this.accounts.get(content.accountId);
    const check = checkContent({
      ...next,
      ...(!isForReaders(content.kind) ? {} : { ...voice, ...askedOf(content) }),
      sensitiveWords: this.sensitiveWords,
      allowedWords: voice.allowedWords,
      language: content.language,
    });
    const at = new Date();
    const compared = { ...next, ...askedOf(content), kind: content.kind, contentId: content.id, accountId: content.accountId };
    const fingerprint = fingerprintOf(compared);
    const set = {
      ...next,
      bodyHtml: await renderOrRefuse(next.bodyMarkdown, content.language),
      wordCount: countWords(markdownToText(next.bodyMarkdown)),
      coverSvg: content.coverSvg === null || next.title === content.title ? content.coverSvg : retitledCover(content, next.title, account),
      version: content.version + 1,
      updatedAt: at,
    };
    const { id: contentId, version, reviewRevision, title, summary, bodyMarkdown, attachments } = content;
    const storing = this.dataSource.transaction(async (manager) => {
      const tx: TransactionClient = { query: (text, values) => manager.query(text, values) };
      await alongside?.(tx);
      const judged = withFindings(check, await this.duplicates.findBodyInTurn(tx, { ...compared, fingerprint }));
      const reviewed = reviewAfterEdit(content, judged, review.mode, editor);
      // Only a fix by the person who approved keeps the approval, and with it the points of that check.
      const { checks, score } = afterReview(judged.checks, judged.findings, reviewed.reviewStatus === 'approved');
      const checked = {
        checks: judged.findings,
        qualityScore: isForReaders(content.kind) ? score : null,
        provenance: { ...content.provenance, checks },
      };
      const changed = await manager.update(Content, { id: contentId, version, reviewRevision }, { ...set, ...checked, ...reviewed });
      if (changed.affected === 0) throw new ChangedMeanwhileError();
      await this.duplicates.save(tx, contentId, set.version, fingerprint);
      await manager.insert(ContentVersion, { contentId, version, title, summary, bodyMarkdown, attachments, editedBy: editor, at });
      return true;
    });
    const isStored = await storing.catch((error: unknown) => {
      if (error instanceof ChangedMeanwhileError) return false;
      throw error;
    });
    const stored = await this.get(contentId);
    if (isStored) return stored;
    if (stored.version !== version) throw versionChanged(stored.version);
    return this.edit(stored, changes, editor, alongside); // a review changed the content after it was read: decide again
  }

  /** The current version and the stored ones, newest first. */
  async versions(content: Content): Promise<VersionEntry[]> {
    const stored = await this.dataSource.manager.find(ContentVersion, {
      where: { contentId: content.id },
      select: { version: true, title: true, attachments: true, editedBy: true, at: true },
      order: { version: 'DESC' },
      take: MAX_VERSIONS,
    });
    // A stored version holds the edit that replaced it, which made the version after it.
    return [content, ...stored].map(({ version, title, attachments }, i) => {
      const made = stored[i];
      const names = attachments.map(({ name }) => name);
      return { version, title, author: made?.editedBy ?? null, createdAt: made?.at ?? content.createdAt, attachments: names };
    });
  }

  /** @throws {ProblemError} 404 `version_not_found` */
  async versionTexts(content: Content, version: number): Promise<VersionTexts> {
    if (version === content.version) return content;
    const stored = await this.dataSource.manager.findOneBy(ContentVersion, { contentId: content.id, version });
    if (stored) return stored;
    const detail = 'GET /contents/{id}/versions lists all.';
    throw ProblemError.notFound('version_not_found', `The content has no version ${version}.`, { detail });
  }

  /** A complete HTML page without scripts. */
  async page(content: Content): Promise<string> {
    const { name: accountName } = await this.accounts.get(content.accountId);
    const bodyHtml = await this.previews.bodyOf(content);
    return renderArticlePage({ ...content, bodyHtml, accountName, publishedAt: content.createdAt.toISOString().slice(0, 10) });
  }
}

async function renderOrRefuse(markdown: string, language: Content['language']): Promise<string> {
  try {
    return await renderMarkdown(markdown, language);
  } catch (error) {
    if (!(error instanceof RenderBusyError)) throw error;
    throw ProblemError.unavailable('rendering_busy', 'The text was not rendered within 10 s, because other texts were ahead of it.', {
      detail: 'Nothing was changed. Repeat the edit after the time in Retry-After.',
      cause: error,
    });
  }
}

type EditedReview = Pick<
  Content,
  'reviewStatus' | 'reviewReasons' | 'reviewRisk' | 'reviewTransition' | 'reviewActor' | 'reviewNote' | 'reviewRevision' | 'editedBy'
>;

/** The review columns of an edit. A draft stays with its writer, who submits it. */
function reviewAfterEdit(content: Content, check: ContentCheck, mode: ReviewMode, editor: string): EditedReview {
  const { reviewStatus, reviewer, reviewReasons, reviewRevision, kind } = content;
  const isFix = reviewStatus === 'approved' && reviewer !== null && isSameActor(reviewer, editor) && mode !== 'four_eyes' && check.passed;
  const isDraft = reviewStatus === 'draft';
  return {
    reviewStatus: isFix || isDraft ? reviewStatus : 'pending_review',
    reviewReasons: isDraft ? reviewReasons : [isFix ? 'fixed_by_reviewer' : 'edited'],
    reviewRisk: reviewRisk(kind, check),
    reviewTransition: isFix ? 'fix' : 'edit',
    reviewActor: editor,
    reviewNote: isDraft ? content.reviewNote : null,
    reviewRevision: reviewRevision + 1,
    editedBy: editor,
  };
}

/** Rules of the request and findings of the creator also apply after an edit. */
function askedOf({ provenance, checks }: Content): Pick<ContentCheckInput, 'boilerplate' | 'keywords' | 'reported' | 'comparedSources'> {
  const { boilerplate = [], keywords = [] } = provenance as { boilerplate?: string[]; keywords?: string[] };
  return { boilerplate, keywords, reported: reportedOf(checks), comparedSources: comparedSourcesOf(provenance) };
}

/** Replaces the title in the cover. The date is the day of the newest source. */
function retitledCover({ sources }: Content, title: string, account: string): string {
  const days = sources.flatMap(({ publishedAt }) => publishedAt ?? []).toSorted((a, b) => a.localeCompare(b));
  return drawCover({ title, account, date: days.at(-1) ?? null });
}
