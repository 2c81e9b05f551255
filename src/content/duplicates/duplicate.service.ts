import { Injectable } from '@nestjs/common';
import { type ContentFinding, finding } from '../../core/text/check-content.ts';
import { countedText } from '../../core/text/content-body.ts';
import { estimateJaccard } from '../../core/text/min-hash.ts';
import type { ComparedTitle } from '../../core/topics/title-index.ts';
import { bodyGrams, jaccard, numbersDiffer, titleGrams } from '../../core/text/text-grams.ts';
import { executorOf, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import {
  LOCK_FINGERPRINTS,
  SAVE_FINGERPRINT,
  SELECT_BODIES,
  SELECT_BODY_CANDIDATES,
  SELECT_RECENT_TITLES,
  SELECT_SIMILAR_TOPICS,
} from './duplicate.sql.ts';
import { type Fingerprint, type FingerprintInput, signatureOf } from './fingerprint.ts';

/** A content, or an open content task, about the same topic. */
export interface SimilarTopic {
  contentId: string | null;
  taskId: string | null;
  accountId: string;
  text: string;
  /** The Dice coefficient, 0–1. */
  similarity: number;
}

/** A recent content, or an open content task, whose title new topics are compared with. */
export type RecentTitle = Omit<SimilarTopic, 'similarity'> & ComparedTitle;

/** A text that is to be stored, and the content that it belongs to. */
export interface ComparedText extends FingerprintInput {
  readonly contentId: string;
  readonly accountId: string;
  readonly fingerprint: Fingerprint;
  /** A content that the text replaces: they may be alike. */
  readonly rewriteOf?: string | null;
}

interface SimilarBody {
  readonly contentId: string;
  readonly accountId: string;
  readonly similarity: number;
}

const WARN = 0.25;
const BLOCK = 0.5;
/** Below this estimate, a similarity of 0.25 is three standard errors away. */
const LEAST_ESTIMATE = 0.14;
/** Number of candidates whose bodies are read and compared exactly. */
const MAX_EXACT = 5;

/** Finds contents of all accounts with nearly the same topic or text. */
@Injectable()
export class DuplicateService {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** The content or task with the most similar topic; null when none is similar enough. */
  async findTopic(topic: string, generationId: string): Promise<SimilarTopic | null> {
    const found = await this.sql.query<SimilarTopic>(SELECT_SIMILAR_TOPICS, [[...titleGrams(topic)], generationId]);
    return found.find(({ text }) => !numbersDiffer(text, topic)) ?? null;
  }

  /** The titles that share a gram with one of these titles. */
  recentTitles(titles: readonly string[], sql: SqlExecutor = this.sql): Promise<RecentTitle[]> {
    const grams = new Set(titles.flatMap((title) => [...titleGrams(title)]));
    return sql.query<RecentTitle>(SELECT_RECENT_TITLES, [[...grams]]);
  }

  /** The finding about the most similar other content; none below a similarity of 0.25. */
  async findBody(text: ComparedText, sql: SqlExecutor = this.sql): Promise<ContentFinding[]> {
    const similar = await this.mostSimilar(text, sql);
    if (similar === null || similar.similarity < WARN) return [];
    const where = similar.accountId === text.accountId ? 'another content of this account' : 'a content of another account';
    const detail = `The text and that of ${where} have a similarity of ${Math.round(similar.similarity * 100)} %.`;
    return [{ ...finding(similar.similarity >= BLOCK ? 'duplicate_body' : 'similar_body', detail), duplicateOf: similar }];
  }

  /**
   * Does the same as findBody inside the transaction that stores the text. It waits for other such transactions, so the later one of
   * two equal texts gets the finding. A text that is not compared (see fingerprintOf) waits for none.
   */
  async findBodyInTurn(tx: TransactionClient, text: ComparedText): Promise<ContentFinding[]> {
    if (text.fingerprint.bodySignature === '') return [];
    await tx.query(LOCK_FINGERPRINTS, []);
    return this.findBody(text, tx);
  }

  /** Stores the fingerprint of a version in the transaction that stores the version. */
  async save(tx: TransactionClient, contentId: string, version: number, fingerprint: Fingerprint): Promise<void> {
    const { titleGrams: grams, bodyBands, bodySignature } = fingerprint;
    await tx.query(SAVE_FINGERPRINT, [contentId, version, grams, bodyBands, bodySignature]);
  }

  private async mostSimilar(text: ComparedText, sql: SqlExecutor): Promise<SimilarBody | null> {
    const { bodyBands, bodySignature } = text.fingerprint;
    const own = signatureOf(Buffer.from(bodySignature, 'base64'));
    if (own === null) return null;
    const candidates = await sql.query<{ contentId: string; signature: Buffer }>(SELECT_BODY_CANDIDATES, [
      bodyBands,
      [text.contentId, ...(text.rewriteOf ? [text.rewriteOf] : [])],
    ]);
    const likely = candidates
      .map(({ contentId, signature }) => ({ contentId, estimate: estimateJaccard(own, signatureOf(signature) ?? new Uint32Array()) }))
      .filter(({ estimate }) => estimate >= LEAST_ESTIMATE)
      .toSorted((a, b) => b.estimate - a.estimate)
      .slice(0, MAX_EXACT);
    if (likely.length === 0) return null;
    const ids = likely.map(({ contentId }) => contentId);
    const bodies = await sql.query<Omit<SimilarBody, 'similarity'> & { bodyMarkdown: string; boilerplate: string[] }>(SELECT_BODIES, [ids]);
    const grams = bodyGrams(countedText(text.bodyMarkdown, text.boilerplate));
    return bodies
      .map(({ contentId, accountId, bodyMarkdown, boilerplate }) => ({
        contentId,
        accountId,
        similarity: jaccard(grams, bodyGrams(countedText(bodyMarkdown, boilerplate))),
      }))
      .reduce<SimilarBody | null>((best, each) => (best !== null && best.similarity >= each.similarity ? best : each), null);
  }
}
