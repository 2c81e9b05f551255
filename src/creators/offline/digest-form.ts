import type { CreationFinding } from '../../core/text/check-content.ts';
import { checkCreation } from '../check-creation.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationRequest, CreationResult, CreationRun } from '../creator.ts';
import { drawCover } from './cover.ts';
import { type DigestDraft, draftDigest, setDigest } from './digest/digest-draft.ts';
import { DIGEST_REFUSALS } from './digest/digest-refusals.ts';
import type { Digest } from './digest/digest.ts';
import { ignoredWishes } from './ignored-wishes.ts';
import { enterStep, hashOfInputs, OFFLINE, OFFLINE_VERSION } from './offline-form.ts';
import type { SourceDocument } from './source-document.ts';
import { loadSources, type SourceAccess, type UnreadSource } from './source-loader.ts';

/** Writes a digest of the sources with text. */
export async function writeDigest(request: CreationRequest, run: CreationRun, access: SourceAccess): Promise<CreationResult> {
  await enterStep(run, 5, 'topic');
  const { documents, unread, warnings } = await run.checkpoint('topic', [OFFLINE_VERSION, request.sources], () =>
    loadSources(request.sources, access),
  );
  await enterStep(run, 30, 'outline');
  const inputsHash = hashOfInputs(request, documents);
  run.log('info', 'sources loaded', { documents: documents.length, inputsHash });

  await enterStep(run, 40, 'draft');
  const { draft, digest } = await namingUnread(unread, request, async () => draftAndSet(request, documents, inputsHash, run));
  const { newest, ...text } = digest;

  await enterStep(run, 75, 'images');
  const coverSvg = drawCover({ title: digest.title, account: request.account.name, date: newest });

  await enterStep(run, 85, 'check');
  const findings = findingsOf(request, unread, draft);
  const provenance = {
    creator: OFFLINE,
    version: OFFLINE_VERSION,
    form: 'digest',
    method: 'extractive digest: units of sentences, chosen by the question of the topic, TextRank and TF-IDF, no model',
    inputsHash,
    segmenter: draft.segmenter,
    sentenceCounts: draft.sentenceCounts,
    comparedSources: draft.comparedSources,
  };
  const checked = checkCreation(request, { ...text, kind: 'digest', findings, provenance });

  await enterStep(run, 95, 'package');
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
