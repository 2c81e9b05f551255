import { SearchableText } from '../../core/text/phrase-match.ts';
import { countWords } from '../../core/text/word-count.ts';
import { markdownToText } from '../../core/text/markdown-text.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationRequest } from '../creator.ts';
import { collectMaterial, MAX_SENTENCES, type Material } from './candidates.ts';
import { composeDigest, type Digest, type DigestPoint } from './digest.ts';
import { DIGEST_REFUSALS, GARBLED_REASON } from './digest-refusals.ts';
import { keyPhrases } from './key-phrases.ts';
import { plannedWords } from './section-plan.ts';
import { MAX_COMPARED, rankSentences, type Ranking } from './rank-sentences.ts';
import { loadSegmenter, type Segmenter, type TopicWord } from './segmenter.ts';
import { quota, selectSentences } from './select-sentences.ts';
import type { SourceDocument } from './source-document.ts';
import { ENOUGH, groupOf, measureCoverage, type TopicCoverage, unmentioned } from './topic-coverage.ts';
import { topicWords } from './topic-words.ts';

/** The result of the extraction, which `setDigest` formats: small, and JSON. */
export interface DigestDraft {
  /** Best first. */
  points: (DigestPoint & { position: number })[];
  phrases: string[];
  /** Per document. */
  sentenceCounts: number[];
  segmenter: Segmenter['name'];
  /** Words of the topic that no point mentions, as the editor wrote them. */
  unmentioned: string[];
  warnings: string[];
}

/** A digest needs at least this many points. */
const MIN_POINTS = 3;
/** At least this many sentences per keyword are compared. */
const COMPARED_PER_KEYWORD = 10;
const KEYWORD_WEIGHT = 0.5;
const SOURCE_KEYWORD_WEIGHT = 0.25;

/** The words of the topic, and the candidates that mention them. */
interface TopicMatch {
  topic: string;
  words: TopicWord[];
  coverage: TopicCoverage;
}

/** Chooses the quotations. Throws insufficient_material with the counts when there are too few. */
export async function draftDigest(
  request: CreationRequest,
  documents: readonly SourceDocument[],
  signal: AbortSignal,
): Promise<DigestDraft> {
  const material = collectMaterial(documents, request.language, request.account.voice.forbiddenPhrases ?? []);
  if (material.candidates.length < MIN_POINTS || mostQuotable(material) < MIN_POINTS) throw tooLittle(material, request);
  const segmenter = await loadSegmenter(request.language);
  signal.throwIfAborted();

  const sentences = material.candidates.map(({ text }) => segmenter.words(text));
  const match = request.topic === null ? null : matchTopic(request.topic, documents, material, sentences, segmenter);
  if (match !== null && !isCovered(match.coverage)) throw offTopic(match, material, request);
  const keywords = keywordSentences(request.keywords, material);
  const ranking = rankSentences({
    sentences,
    groups: material.candidates.map(groupOf),
    focus: focusOf(request, documents, segmenter),
    ...(match && { eligible: new Set([...match.coverage.onTopic, ...keywords.flatMap((each) => [...each])]) }),
    preferred: new Set(keywords.flatMap((each) => [...each].slice(0, COMPARED_PER_KEYWORD))),
  });
  signal.throwIfAborted();

  const onTopic = match?.coverage.onTopic ?? null;
  const steering = { onTopic, leastOnTopic: match ? MIN_POINTS : 0, keywords, topicWords: match?.coverage.mentions ?? [] };
  const picked = selectSentences(material, ranking, request.language, plannedWords(request), steering);
  if (match !== null && picked.filter((index) => onTopic?.has(index)).length < MIN_POINTS) throw offTopic(match, material, request);
  if (picked.length < MIN_POINTS) throw tooLittle(material, request);
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
    unmentioned: match === null ? [] : unmentioned(match.words, match.coverage, picked),
    warnings: warningsOf(material, ranking),
  };
}

/**
 * Formats the draft within the voice's limits. The weakest points are dropped first; nothing is added as filler. Only
 * quotations count towards the minimum.
 */
export function setDigest(request: CreationRequest, documents: readonly SourceDocument[], draft: DigestDraft): Digest {
  const { minWords = 0, maxWords = Number.POSITIVE_INFINITY } = request.account.voice;
  for (let kept = draft.points.length; kept >= MIN_POINTS; kept -= 1) {
    const points = draft.points.slice(0, kept).sort((a, b) => a.document - b.document || a.position - b.position);
    const digest = composeDigest({ ...draft, language: request.language, topic: request.topic, documents, points });
    if (countWords(markdownToText(digest.bodyMarkdown)) > maxWords) continue;
    const quoted = points.reduce((sum, { text }) => sum + countWords(text), 0);
    if (quoted >= minWords) return digest;
    throw new CreationError('insufficient_material', DIGEST_REFUSALS[request.language].tooShort({ points: kept, words: quoted, minWords }));
  }
  throw new CreationError(
    'invalid_input',
    `A digest of ${MIN_POINTS} sentences with its notes does not fit into ${maxWords} words; raise the account's maximum.`,
  );
}

/** Compares the words of the topic with the sentences and their headings. Keywords do not count. */
function matchTopic(
  topic: string,
  documents: readonly SourceDocument[],
  material: Material,
  sentences: readonly (readonly string[])[],
  segmenter: Segmenter,
): TopicMatch {
  const words = topicWords(topic, segmenter);
  const headings = documents.map(({ sections }) => sections.map(({ heading }) => segmenter.words(heading ?? '')));
  const evidence = material.candidates.map((candidate, index) => ({
    text: candidate.text,
    words: new Set([...(sentences[index] ?? []), ...(headings[candidate.document]?.[candidate.section] ?? [])]),
    group: groupOf(candidate),
  }));
  return { topic, words, coverage: measureCoverage(words, evidence) };
}

function isCovered({ share, onTopic }: TopicCoverage): boolean {
  return share >= ENOUGH && onTopic.size >= MIN_POINTS;
}

/** For each keyword that occurs: the candidates that mention it. */
function keywordSentences(keywords: readonly string[], { candidates }: Material): ReadonlySet<number>[] {
  const texts = keywords.length === 0 ? [] : candidates.map(({ text }) => new SearchableText(text));
  return keywords
    .filter((keyword) => keyword.trim() !== '')
    .map((keyword) => new Set(texts.flatMap((text, index) => (text.mentions(keyword) ? [index] : []))))
    .filter((found) => found.size > 0);
}

/** The weights of focus terms: words of the topic, then keywords of the request, then keywords of the sources. */
function focusOf(request: CreationRequest, documents: readonly SourceDocument[], segmenter: Segmenter): Map<string, number> {
  const focus = new Map<string, number>();
  const add = (texts: readonly string[], weight: number): void => {
    for (const term of texts.flatMap((text) => segmenter.words(text))) focus.set(term, Math.max(weight, focus.get(term) ?? 0));
  };
  add(
    documents.flatMap(({ keywords }) => keywords),
    SOURCE_KEYWORD_WEIGHT,
  );
  add(request.keywords, KEYWORD_WEIGHT);
  add(request.topic === null ? [] : topicWords(request.topic, segmenter).map(({ written }) => written), 1);
  return focus;
}

function mostQuotable({ sentenceCounts }: Material): number {
  return sentenceCounts.reduce((sum, count) => sum + quota(count), 0);
}

function tooLittle(material: Material, { language }: CreationRequest): CreationError {
  const message = DIGEST_REFUSALS[language].tooLittle({
    sentences: material.sentenceCounts.reduce((sum, count) => sum + count, 0),
    sources: material.sentenceCounts.length,
    quotable: material.candidates.length,
    otherLanguage: material.otherLanguage,
    garbled: material.garbled,
    quota: mostQuotable(material),
    minPoints: MIN_POINTS,
  });
  return new CreationError('insufficient_material', message);
}

function offTopic({ topic, coverage }: TopicMatch, material: Material, { language }: CreationRequest): CreationError {
  const { missing, rare, onTopic } = coverage;
  const facts = { topic, missing, rare, onTopic: onTopic.size, quotable: material.candidates.length, minPoints: MIN_POINTS };
  return new CreationError('insufficient_material', DIGEST_REFUSALS[language].offTopic(facts));
}

function warningsOf(material: Material, ranking: Ranking): string[] {
  const warnings: string[] = [];
  if (material.cut) warnings.push(`Only the first ${MAX_SENTENCES} sentences were read.`);
  if (ranking.indexes.length === MAX_COMPARED) {
    warnings.push(`The best ${MAX_COMPARED} of ${material.candidates.length} sentences were compared with each other.`);
  }
  if (material.otherLanguage > 0) warnings.push(`${material.otherLanguage} sentences in another language were left out.`);
  if (material.garbled > 0) warnings.push(`${material.garbled} sentences ${GARBLED_REASON} were left out.`);
  return warnings;
}
