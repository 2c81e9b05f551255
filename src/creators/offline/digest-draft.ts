import { countWords } from '../../core/text/word-count.ts';
import { markdownToText } from '../../core/text/markdown-text.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationRequest } from '../creator.ts';
import { collectMaterial, MAX_SENTENCES, type Material } from './candidates.ts';
import { composeDigest, type Digest, type DigestPoint } from './digest.ts';
import { keyPhrases } from './key-phrases.ts';
import { plannedWords } from './plan.ts';
import { MAX_COMPARED, rankSentences, type Ranking } from './rank-sentences.ts';
import { loadSegmenter, type Segmenter } from './segmenter.ts';
import { quota, selectSentences } from './select-sentences.ts';
import type { SourceDocument } from './source-document.ts';

/** What extraction leaves to set: small, and survives JSON. */
export interface DigestDraft {
  /** Best first. */
  points: (DigestPoint & { position: number })[];
  phrases: string[];
  /** Per document. */
  sentenceCounts: number[];
  segmenter: Segmenter['name'];
  warnings: string[];
}

const GARBLED = 'that a wrong character encoding damaged';
/** Fewer points make no digest. */
const MIN_POINTS = 3;

/** Chooses what to quote. Throws insufficient_material with the counts when that would be too little. */
export async function draftDigest(
  request: CreationRequest,
  documents: readonly SourceDocument[],
  signal: AbortSignal,
): Promise<DigestDraft> {
  const material = collectMaterial(documents, request.language, request.account.voice.forbiddenPhrases ?? []);
  if (material.candidates.length < MIN_POINTS || mostQuotable(material) < MIN_POINTS) throw tooLittle(material, request);
  const segmenter = await loadSegmenter(request.language);
  signal.throwIfAborted();

  const ranking = rankSentences({
    sentences: material.candidates.map(({ text }) => segmenter.words(text)),
    groups: material.candidates.map(({ document, section }) => `${document}/${section}`),
    focus: focusOf(request, documents, segmenter),
    strict: request.topic !== null,
  });
  signal.throwIfAborted();

  const picked = selectSentences(material, ranking, request.language, plannedWords(request));
  if (picked.length < MIN_POINTS) throw request.topic === null ? tooLittle(material, request) : offTopic(request.topic, material, ranking);
  return {
    points: picked.flatMap((index) => {
      const candidate = material.candidates[index];
      return candidate
        ? [{ text: candidate.text, document: candidate.document, section: candidate.section, position: candidate.position }]
        : [];
    }),
    phrases: keyPhrases(
      ranking.indexes.map((index) => segmenter.terms(material.candidates[index]?.text ?? '')),
      4,
    ),
    sentenceCounts: material.sentenceCounts,
    segmenter: segmenter.name,
    warnings: warningsOf(material, ranking),
  };
}

/** Sets the draft within the voice's limits: the weakest points go first, nothing is added to fill. */
export function setDigest(request: CreationRequest, documents: readonly SourceDocument[], draft: DigestDraft): Digest {
  const { minWords = 0, maxWords = Number.POSITIVE_INFINITY } = request.account.voice;
  for (let kept = draft.points.length; kept >= MIN_POINTS; kept -= 1) {
    const points = draft.points.slice(0, kept).sort((a, b) => a.document - b.document || a.position - b.position);
    const digest = composeDigest({ ...draft, language: request.language, topic: request.topic, documents, points });
    const words = countWords(markdownToText(digest.bodyMarkdown));
    if (words > maxWords) continue;
    if (words >= minWords) return digest;
    throw new CreationError(
      'insufficient_material',
      `The best ${kept} sentences make ${words} words; the account asks for at least ${minWords}. At most 20 % of a source is quoted: add sources or lower the minimum.`,
    );
  }
  throw new CreationError(
    'invalid_input',
    `A digest of ${MIN_POINTS} sentences with its notes does not fit into ${maxWords} words; raise the account's maximum.`,
  );
}

/** Terms of the topic, the keywords and the keywords of the sources. */
function focusOf(request: CreationRequest, documents: readonly SourceDocument[], segmenter: Segmenter): Set<string> {
  const wanted = [request.topic ?? '', ...request.keywords, ...documents.flatMap(({ keywords }) => keywords)];
  return new Set(wanted.flatMap((text) => segmenter.words(text)));
}

function total({ sentenceCounts }: Material): number {
  return sentenceCounts.reduce((sum, count) => sum + count, 0);
}

function mostQuotable({ sentenceCounts }: Material): number {
  return sentenceCounts.reduce((sum, count) => sum + quota(count), 0);
}

function tooLittle(material: Material, { language }: CreationRequest): CreationError {
  const found = `Found ${total(material)} sentences in ${material.sentenceCounts.length} source(s), ${material.candidates.length} of them whole, quotable and in the language asked for (${language})`;
  const other = material.otherLanguage > 0 ? `; ${material.otherLanguage} are in another language` : '';
  const garbled = material.garbled > 0 ? `; left out are ${material.garbled} ${GARBLED}` : '';
  return new CreationError(
    'insufficient_material',
    `${found}${other}${garbled}. A digest quotes at most 20 % of each source (${mostQuotable(material)} here) and needs ${MIN_POINTS} points: add longer or further sources, about ${MIN_POINTS * 5} full sentences in all.`,
  );
}

function offTopic(topic: string, material: Material, ranking: Ranking): CreationError {
  return new CreationError(
    'insufficient_material',
    `${ranking.indexes.length} of the ${material.candidates.length} quotable sentences stand under a heading that mentions "${topic}" or a keyword; a digest needs ${MIN_POINTS} points, at most 20 % of a source. Add sources about it, or ask without a topic.`,
  );
}

function warningsOf(material: Material, ranking: Ranking): string[] {
  const warnings: string[] = [];
  if (material.cut) warnings.push(`Only the first ${MAX_SENTENCES} sentences were read.`);
  if (ranking.indexes.length === MAX_COMPARED) {
    warnings.push(`The best ${MAX_COMPARED} of ${material.candidates.length} sentences were compared with each other.`);
  }
  if (material.otherLanguage > 0) warnings.push(`${material.otherLanguage} sentences in another language were left out.`);
  if (material.garbled > 0) warnings.push(`${material.garbled} sentences ${GARBLED} were left out.`);
  return warnings;
}
