import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CreationFinding } from '../../core/text/check-content.ts';
import { checkCreation } from '../check-creation.ts';
import { ContentCreator } from '../content-creator.decorator.ts';
import { CreationError } from '../creation-error.ts';
import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreationStep,
  Creator,
  type CreatorDescription,
} from '../creator.ts';
import { drawCover } from './cover.ts';
import { type DigestDraft, draftDigest, setDigest } from './digest/digest-draft.ts';
import { DIGEST_REFUSALS } from './digest/digest-refusals.ts';
import type { Digest } from './digest/digest.ts';
import type { SourceDocument } from './source-document.ts';
import { SourceFetcher } from './source-fetcher.ts';
import { loadSources, type UnreadSource } from './source-loader.ts';
import { ignoredWishes } from './ignored-wishes.ts';
import { composeWritingKit } from './writing-kit.ts';

/** The folders of readable sources; an empty list means no files. */
export class OfflineCreatorConfig {
  constructor(readonly sourceRoots: readonly string[]) {}
}

const NAME = 'offline';
/** Increase it when the output for the same request changes. */
const VERSION = '3';

/**
 * Writes without a network or a model: a digest of verbatim sentences when there are sources, a writing kit for a
 * topic alone. Equal requests on equal material give equal bytes.
 */
@Injectable()
@ContentCreator(NAME)
export class OfflineCreator extends Creator {
  constructor(
    private readonly fetcher: SourceFetcher,
    private readonly config: OfflineCreatorConfig,
  ) {
    super();
  }

  override describe(): CreatorDescription {
    return {
      description: 'A digest of verbatim sentences when there are sources, a writing kit for a topic alone. No network, no model.',
      needsNetwork: false,
      asynchronous: false,
    };
  }

  override async create(request: CreationRequest, run: CreationRun): Promise<CreationResult> {
    const topic = request.topic?.trim() || null;
    if (request.sources.length > 0) return this.digest({ ...request, topic }, run);
    if (topic !== null) return this.writingKit({ ...request, topic }, run);
    throw new CreationError('invalid_input', 'There is neither a topic nor a source: a digest needs sources, a writing kit a topic.');
  }

  private async digest(request: CreationRequest, run: CreationRun): Promise<CreationResult> {
    await enter(run, 5, 'topic');
    const { documents, unread, warnings } = await run.checkpoint('topic', [VERSION, request.sources], () =>
      loadSources(request.sources, { fetcher: this.fetcher, roots: this.config.sourceRoots, signal: run.signal }),
    );
    await enter(run, 30, 'outline');
    const inputsHash = hashOf(request, documents);
    run.log('info', 'sources loaded', { documents: documents.length, inputsHash });

    await enter(run, 40, 'draft');
    const { draft, digest } = await namingUnread(unread, request, async () => draftAndSet(request, documents, inputsHash, run));
    const { newest, ...text } = digest;

    await enter(run, 75, 'images');
    const coverSvg = drawCover({ title: digest.title, account: request.account.name, date: newest });

    await enter(run, 85, 'check');
    const findings = findingsOf(request, unread, draft);
    const provenance = {
      creator: NAME,
      version: VERSION,
      method: 'extractive digest: units of sentences, chosen by the question of the topic, TextRank and TF-IDF, no model',
      inputsHash,
      segmenter: draft.segmenter,
      sentenceCounts: draft.sentenceCounts,
      comparedSources: draft.comparedSources,
    };
    const checked = checkCreation(request, { ...text, kind: 'digest', findings, provenance });

    await enter(run, 95, 'package');
    return {
      ...text,
      kind: 'digest',
      findings,
      coverSvg,
      claims: [],
      usage: null,
      provenance,
      warnings: [...warnings, ...draft.warnings, ...checked.findings.map(({ code, detail }) => `${code}: ${detail}`)],
      qualityScore: checked.score,
    };
  }

  private async writingKit(request: CreationRequest & { topic: string }, run: CreationRun): Promise<CreationResult> {
    await enter(run, 10, 'outline');
    const kit = composeWritingKit(request);
    await enter(run, 60, 'images');
    const coverSvg = drawCover({ title: kit.title, account: request.account.name, date: null });
    await enter(run, 90, 'package');
    return {
      ...kit,
      kind: 'brief',
      boilerplate: [],
      findings: [],
      sources: [],
      coverSvg,
      claims: [],
      usage: null,
      provenance: {
        creator: NAME,
        version: VERSION,
        method: 'writing kit computed from the request, no model',
        inputsHash: hashOf(request, []),
      },
      warnings: ['A writing kit is a brief for a writer, not an article. Add sources to get a digest.'],
      qualityScore: null,
    };
  }
}

/** Yields to the event loop between stages and checks for an abort. */
async function enter(run: CreationRun, percent: number, step: CreationStep): Promise<void> {
  await setImmediate();
  run.signal.throwIfAborted();
  run.progress(percent, step);
}

async function draftAndSet(
  request: CreationRequest,
  documents: readonly SourceDocument[],
  inputsHash: string,
  run: CreationRun,
): Promise<{ draft: DigestDraft; digest: Digest }> {
  const draft = await run.checkpoint('draft', inputsHash, () => draftDigest(request, documents, run.signal));
  return { draft, digest: setDigest(request, documents, draft) };
}

/** Names the unread sources in an error for lack of material, because they may be the missing material. */
async function namingUnread<T>(unread: readonly UnreadSource[], { language }: CreationRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CreationError) || error.code !== 'insufficient_material' || unread.length === 0) throw error;
    const reasons = unread.map(({ detail }) => detail);
    throw new CreationError(error.code, `${error.message}${DIGEST_REFUSALS[language].unread(reasons)}`, { cause: error });
  }
}

function findingsOf(request: CreationRequest, unread: readonly UnreadSource[], draft: DigestDraft): CreationFinding[] {
  return [
    ...unread.map(({ source, detail }) => ({ code: 'source_unreadable' as const, detail, pointer: `/sources/${source}` })),
    ...ignoredWishes(request),
    ...draft.unmentioned.map((word) => ({
      code: 'topic_word_missing' as const,
      detail: `No quoted sentence mentions "${word}" of the topic.`,
      pointer: '/topic',
    })),
  ];
}

function hashOf(request: CreationRequest, documents: unknown): string {
  const { topic, keywords, category, requirements, tone, language, account } = request;
  const steering = [
    VERSION,
    topic,
    keywords,
    category,
    requirements,
    tone,
    language,
    account.name,
    account.voice,
    account.sections,
    documents,
  ];
  return createHash('sha256').update(JSON.stringify(steering)).digest('hex');
}
