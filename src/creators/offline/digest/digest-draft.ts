import { SearchableText } from '../../../core/text/phrase-match.ts';
import { countWords } from '../../../core/text/word-count.ts';
import { markdownToText } from '../../../core/text/markdown-text.ts';
import { CreationError } from '../../creation-error.ts';
import type { CreationRequest } from '../../creator.ts';
import { plannedWords } from '../section-plan.ts';
import { loadSegmenter, type Segmenter, type TopicWord } from '../segmenter.ts';
import type { SourceDocument } from '../source-document.ts';
import { findContradictions } from './contradictions.ts';
import { composeDigest, type Digest } from './digest.ts';
import { DIGEST_REFUSALS, GARBLED_REASON } from './digest-refusals.ts';
import type { Facet } from './facets.ts';
import { keyPhrases } from './key-phrases.ts';
import { joinPassages, type Passage, sentenceKeys, textOf } from './passages.ts';
import { collectMaterial, MAX_SENTENCES, type Material } from './quotable-units.ts';
import { Question } from './question.ts';
import { MAX_COMPARED, rankUnits, type Ranking } from './rank-units.ts';
import { quota, selectUnits, type Steering } from './select-units.ts';
import { groupOf, measureCoverage, SHORT, type TopicCoverage, unmentioned } from './topic-coverage.ts';
import { topicWords } from './topic-words.ts';

/** The result of the extraction, which `setDigest` formats: small, and JSON. */
export interface DigestDraft {
  /** Best first. */
  passages: Passage[];
  /** Pairs of indexes of passages that contradict each other. */
  disagreements: [number, number][];
  /** What the topic asks for. */
  asked: Facet[];
  phrases: string[];
  /** Per document. */
  sentenceCounts: number[];
  /** The documents whose sentences were compared with each other for contradictions. */
  comparedSources: number;
  segmenter: Segmenter['name'];
  /** Words of the topic that no passage mentions, as the editor wrote them. */
  unmentioned: string[];
  warnings: string[];
}

/** A digest needs at least this many passages. */
const MIN_PASSAGES = 3;
/** At least this many units per keyword are compared. */
const COMPARED_PER_KEYWORD = 10;
const KEYWORD_WEIGHT = 0.5;
const SOURCE_KEYWORD_WEIGHT = 0.25;
const MAX_DISAGREEMENTS = 3;

/** In sentences: a note, a post or a report. */
const SHORT_TEXT = 60;

/** The words of the topic, and the units that mention them. */
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
  const { language, topic } = request;
  const segmenter = await loadSegmenter(language);
  signal.throwIfAborted();
  const question = new Question(topic, language, segmenter);
  const { asked } = question;
  const material = collectMaterial(documents, language, request.account.voice.forbiddenPhrases ?? [], asked.length > 0);
  if (material.units.length < MIN_PASSAGES || mostQuotable(material) < MIN_PASSAGES) throw tooLittle(material, request);

  const cores = material.units.map(({ sentence }) => segmenter.words(sentence));
  const match = topic === null ? null : matchTopic(topic, question, documents, material, cores, segmenter);
  if (match !== null && !isCovered(match.coverage, asked.length > 0)) throw offTopic(match, material, request);
  const topicKeys = new Set(segmenter.words(topic ?? ''));
  const isInTopic = (keyword: string): boolean => asked.length > 0 && segmenter.words(keyword).every((key) => topicKeys.has(key));
  const keywordsOf = (inTopic: boolean): ReadonlySet<number>[] =>
    keywordUnits(
      request.keywords.filter((keyword) => isInTopic(keyword) === inTopic),
      material,
    );
  const keywords = keywordsOf(false);
  const topicKeywords = keywordsOf(true);
  const mentioning = [...keywords, ...topicKeywords];
  const contradicting = findContradictions(
    material.units.map(({ sentence, document }, index) => ({ text: sentence, document, words: cores[index] ?? [] })),
    language,
    MAX_DISAGREEMENTS,
  );
  const onTopic = match?.coverage.onTopic ?? null;
  const pairs = contradicting.filter((pair) => onTopic === null || pair.every((index) => onTopic.has(index)));
  const ranking = rankUnits({
    units: cores,
    groups: material.units.map((unit) => ({ paragraph: `${groupOf(unit)}/${unit.paragraph}`, section: groupOf(unit) })),
    focus: focusOf(request, documents, segmenter),
    answers: asked.length === 0 ? [] : material.units.map((unit) => question.answers(unit)),
    ...(match && { eligible: new Set([...match.coverage.onTopic, ...mentioning.flatMap((each) => [...each])]) }),
    preferred: new Set([...pairs.flat(), ...mentioning.flatMap((each) => [...each].slice(0, COMPARED_PER_KEYWORD))]),
  });
  signal.throwIfAborted();

  const steering = {
    onTopic,
    leastOnTopic: match ? MIN_PASSAGES : 0,
    pairs,
    answers: answersIn(material, question),
    keywords,
    topicKeywords,
    topicWords: match?.coverage.mentions ?? [],
    leastWords: request.account.voice.minWords ?? 0,
    isQuestion: asked.length > 0,
  };
  const picked = selectUnits(material, ranking, language, plannedWords(request), steering);
  if (match !== null && picked.filter((index) => onTopic?.has(index)).length < MIN_PASSAGES) throw offTopic(match, material, request);
  if (picked.length < MIN_PASSAGES) throw tooLittle(material, request);
  return {
    passages: picked
      .flatMap((index) => material.units[index] ?? [])
      .map((unit) => {
        const { document, section, paragraph, from, to, position } = unit;
        return { document, section, paragraph, from, to, position, facets: question.given(unit), answer: question.clearest(unit) };
      }),
    disagreements: pairs
      .filter((pair) => pair.every((index) => picked.includes(index)))
      .map(([a, b]) => [picked.indexOf(a), picked.indexOf(b)]),
    asked: [...asked],
    phrases: keyPhrases(
      ranking.indexes.map((index) => segmenter.terms(material.units[index]?.sentence ?? '')),
      4,
    ),
    sentenceCounts: material.sentenceCounts,
    comparedSources: new Set(material.units.map(({ document }) => document)).size,
    segmenter: segmenter.name,
    unmentioned: match === null ? [] : leftOut(match, asked.length > 0, withWholePassages(picked, material)),
    warnings: warningsOf(material, ranking),
  };
}

/**
 * Formats the draft within the voice's limits. The weakest passages are dropped first; nothing is added as filler. Only
 * quotations count towards the minimum.
 */
export function setDigest(request: CreationRequest, documents: readonly SourceDocument[], draft: DigestDraft): Digest {
  const { minWords = 0, maxWords = Number.POSITIVE_INFINITY } = request.account.voice;
  for (let kept = draft.passages.length; kept >= MIN_PASSAGES; kept -= 1) {
    const chosen = draft.passages.slice(0, kept);
    const passages = joinPassages(chosen);
    const disagreements = draft.disagreements.flatMap((pair) => {
      const [a, b] = pair.map((index) => chosen[index]);
      return a && b ? [[a, b] as const] : [];
    });
    const { language, topic } = request;
    const digest = composeDigest({ ...draft, language, topic, documents, passages, disagreements });
    if (countWords(markdownToText(digest.bodyMarkdown)) > maxWords) continue;
    const words = passages.reduce((sum, passage) => sum + countWords(textOf(passage, documents)), 0);
    if (words >= minWords) return digest;
    throw new CreationError('insufficient_material', DIGEST_REFUSALS[language].tooShort({ passages: kept, words, minWords }));
  }
  throw new CreationError(
    'invalid_input',
    `A digest of ${MIN_PASSAGES} passages with its notes does not fit into ${maxWords} words; raise the account's maximum.`,
  );
}

/** The units that answer: for each thing asked for the clearest and then all of them, and for each source. */
function answersIn({ units, sentenceCounts }: Material, question: Question): Steering['answers'] {
  const answers = units.map((unit) => question.clearest(unit));
  const indexes = [...answers.keys()].filter((index) => answers[index] !== null);
  const clarityOf = (index: number): number => answers[index]?.clarity ?? 0;
  return {
    perFacet: question.asked.flatMap((facet) => {
      const giving = indexes.filter((index) => answers[index]?.facet === facet);
      const most = Math.max(...giving.map(clarityOf));
      return [new Set(giving.filter((index) => clarityOf(index) === most)), new Set(giving)];
    }),
    perSource: sentenceCounts.map((_, document) => new Set(indexes.filter((index) => units[index]?.document === document))),
  };
}

/** Compares the words of the topic with the sentences, their headings and titles. Keywords do not count. */
function matchTopic(
  topic: string,
  question: Question,
  documents: readonly SourceDocument[],
  material: Material,
  cores: readonly (readonly string[])[],
  segmenter: Segmenter,
): TopicMatch {
  const all = topicWords(topic, segmenter);
  const lasting = all.filter(({ key }) => !question.isVerbOfChange(key));
  const words = lasting.length > 0 ? lasting : all;
  const headings = documents.map(({ sections }) => sections.map(({ heading }) => segmenter.words(heading ?? '')));
  const groupAt = (document: number, section: number): string =>
    isOneText(documents[document], section, material.sentenceCounts[document] ?? 0) ? `${document}` : groupOf({ document, section });
  const isShort = material.units.length + material.others.length < SHORT;
  const sentences = [...material.units, ...(isShort ? material.others : [])].map(({ sentence, document, section }, index) => ({
    text: sentence,
    words: new Set([...(cores[index] ?? segmenter.words(sentence)), ...(headings[document]?.[section] ?? [])]),
    group: groupAt(document, section),
    isShortText: isOneText(documents[document], section, material.sentenceCounts[document] ?? 0),
  }));
  const titles = documents.map(({ title }, document) => ({
    text: title,
    words: new Set(segmenter.words(title)),
    group: groupAt(document, 0),
    isTitle: true,
  }));
  const evidence = [...sentences, ...titles];
  return { topic, words, coverage: measureCoverage(words, evidence, material.units.length) };
}

/** A short document is about one thing, a section of a long one and an item of a feed about its own. */
function isOneText(document: SourceDocument | undefined, section: number, sentences: number): boolean {
  return sentences <= SHORT_TEXT && (document?.sections[section]?.location ?? null) === null;
}

/** Answers seldom repeat all words of their question, so the subject of short material is enough for a question. */
function isCovered({ isEnough, isShared, onTopic }: TopicCoverage, isQuestion: boolean): boolean {
  return (isEnough || (isQuestion && isShared)) && onTopic.size >= MIN_PASSAGES;
}

/** For each keyword that occurs: the units that mention it. */
function keywordUnits(keywords: readonly string[], { units }: Material): ReadonlySet<number>[] {
  const texts = keywords.length === 0 ? [] : units.map(({ text }) => new SearchableText(text));
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

/** The words without a quotation. An answer seldom repeats its question, so for a question only those that no source uses. */
function leftOut({ words, coverage }: TopicMatch, isQuestion: boolean, quoted: readonly number[]): string[] {
  const left = unmentioned(words, coverage, quoted);
  return isQuestion ? left.filter((word) => coverage.missing.includes(word)) : left;
}

/** The units picked, and those whose sentence is quoted as part of another one. */
function withWholePassages(picked: readonly number[], { units }: Material): number[] {
  const quoted = new Set(picked.flatMap((index) => (units[index] ? sentenceKeys(units[index]) : [])));
  return units.flatMap(({ core, document, section, paragraph }, index) => {
    const [key = ''] = sentenceKeys({ document, section, paragraph, from: core, to: core });
    return quoted.has(key) ? [index] : [];
  });
}

function mostQuotable({ sentenceCounts }: Material): number {
  return sentenceCounts.reduce((sum, count) => sum + quota(count), 0);
}

function tooLittle(material: Material, { language }: CreationRequest): CreationError {
  const message = DIGEST_REFUSALS[language].tooLittle({
    sentences: material.sentenceCounts.reduce((sum, count) => sum + count, 0),
    sources: material.sentenceCounts.length,
    quotable: material.units.length,
    otherLanguage: material.otherLanguage,
    garbled: material.garbled,
    quota: mostQuotable(material),
    minPassages: MIN_PASSAGES,
  });
  return new CreationError('insufficient_material', message);
}

function offTopic({ topic, coverage }: TopicMatch, material: Material, { language }: CreationRequest): CreationError {
  const { missing, rare, onTopic } = coverage;
  const facts = { topic, missing, rare, onTopic: onTopic.size, quotable: material.units.length, minPassages: MIN_PASSAGES };
  return new CreationError('insufficient_material', DIGEST_REFUSALS[language].offTopic(facts));
}

function warningsOf(material: Material, ranking: Ranking): string[] {
  const warnings: string[] = [];
  if (material.cut) warnings.push(`Only the first ${MAX_SENTENCES} sentences were read.`);
  if (ranking.indexes.length === MAX_COMPARED) {
    warnings.push(`The best ${MAX_COMPARED} of ${material.units.length} passages were compared with each other.`);
  }
  if (material.otherLanguage > 0) warnings.push(`${material.otherLanguage} sentences in another language were left out.`);
  if (material.garbled > 0) warnings.push(`${material.garbled} sentences ${GARBLED_REASON} were left out.`);
  return warnings;
}
