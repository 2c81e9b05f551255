import { type ContentBody, readBody } from './content-body.ts';
import { findGarbled } from './garbled.ts';
import { markdownToText } from './markdown-text.ts';
import { fold, SearchableText } from './phrase-match.ts';
import { type CheckRun, listChecks, scoreQuality } from './quality-score.ts';
import { measureReadability } from './readability.ts';
import type { SensitiveMatch, SensitiveWordMatcher } from './sensitive-words.ts';
import { findAssistantTalk, findPlaceholders, findReasoning, findStockPhrases, isPlaceholderTitle } from './stock-text.ts';
import { type ContentLanguage, countWords, detectLanguage } from './word-count.ts';

/** Lengths are in words (字 for Chinese). An absent rule is not checked. */
export interface ContentCheckInput {
  title: string;
  summary?: string;
  bodyMarkdown: string;
  language: ContentLanguage;
  /**
   * Paragraphs about how the text was made, as plain text. Like titles, headings, footnotes and code, they do not
   * count towards minWords, keywords or requiredPhrases.
   */
  boilerplate?: readonly string[];
  minWords?: number;
  maxWords?: number;
  /** The subject of the text. Each absent keyword is a warning; the absence of all is an error. */
  keywords?: readonly string[];
  /** Each phrase must occur word for word. Case and width do not matter. */
  requiredPhrases?: readonly string[];
  /** No phrase may occur, neither in the text nor in the title. */
  forbiddenPhrases?: readonly string[];
  /** The sensitive words of the installation. None of them may occur, except inside of an allowed phrase. */
  sensitiveWords?: SensitiveWordMatcher;
  allowedWords?: readonly string[];
  /** Findings of the creator that the text itself does not show. */
  reported?: readonly CreationFinding[];
  /** How many sources the creator compared with each other for contradictions. */
  comparedSources?: number;
}

/** A finding about the creation of the text. */
export interface CreationFinding {
  code: 'source_unreadable' | 'wish_ignored' | 'topic_word_missing' | 'judge_revise' | 'cannot_judge';
  /** A sentence for the editor. */
  detail: string;
  /** A JSON pointer into the account's sources, or to a member of the request. */
  pointer: string;
}

/** Not the verdict of a model: it is about the text before the edit. */
const CREATION_CODES: ReadonlySet<string> = new Set<CreationFinding['code']>(['source_unreadable', 'wish_ignored', 'topic_word_missing']);

/** The findings of the creator that stay true when the text is edited later. */
export function reportedOf(findings: readonly ContentFinding[]): CreationFinding[] {
  return findings.flatMap(({ code, detail, pointer = '' }) => (isCreationCode(code) ? [{ code, detail, pointer }] : []));
}

function isCreationCode(code: string): code is CreationFinding['code'] {
  return CREATION_CODES.has(code);
}

/** `points` are subtracted from the score. `pointer` is a JSON pointer into the input. */
export interface ContentFinding {
  code: FindingCode;
  severity: 'block' | 'warn';
  detail: string;
  points: number;
  pointer?: string;
  /** UTF-16 offsets of the finding in the member that `pointer` names; absent when it has no position. */
  start?: number;
  end?: number;
  /** The content with a similar body; `similarity` is 0–1. */
  duplicateOf?: { contentId: string; accountId: string; similarity: number };
}

export interface ContentCheck {
  /** True when no finding is an error. */
  passed: boolean;
  /** 0–100: the points of the checks that ran, less the points of all findings. */
  score: number;
  findings: ContentFinding[];
  /** All checks: those that ran, and why others could not. */
  checks: CheckRun[];
}

const RULES = {
  missing_title: ['block', 25],
  missing_body: ['block', 40],
  too_short: ['block', 30],
  too_long: ['block', 20],
  weak_structure: ['block', 20],
  off_topic: ['block', 25],
  missing_phrase: ['block', 20],
  forbidden_phrase: ['block', 30],
  sensitive_word: ['block', 30],
  duplicate_body: ['block', 40],
  placeholder: ['block', 30],
  assistant_talk: ['block', 30],
  wrong_language: ['block', 30],
  garbled_text: ['block', 30],
  judge_revise: ['block', 20],
  // an outage of the model says nothing about the text
  cannot_judge: ['block', 0],
  source_unreadable: ['warn', 10],
  wish_ignored: ['warn', 5],
  missing_keyword: ['warn', 4],
  topic_word_missing: ['warn', 4],
  long_title: ['warn', 4],
  long_sentences: ['warn', 8],
  long_paragraph: ['warn', 5],
  repeated_sentence: ['warn', 8],
  stock_phrases: ['warn', 6],
  similar_body: ['warn', 10],
} as const satisfies Record<string, readonly [ContentFinding['severity'], number]>;

export type FindingCode = keyof typeof RULES;

const LONGEST_TITLE: Readonly<Record<ContentLanguage, number>> = { en: 24, zh: 40 };
const AVERAGE_SENTENCE: Readonly<Record<ContentLanguage, number>> = { en: 28, zh: 60 };
const LONGEST_PARAGRAPH: Readonly<Record<ContentLanguage, number>> = { en: 220, zh: 400 };
const INLINE_CODE = /(?<!`)`[^`\n]{1,500}`(?!`)/g;

/** Checks one content by repeatable rules: no model, no clock, no network. */
export function checkContent(input: ContentCheckInput): ContentCheck {
  const body = readBody(input.bodyMarkdown, input.boilerplate);
  const findings = [
    ...checkTitle(input),
    ...checkLength(input, body),
    ...checkWords(input, body),
    ...checkSensitiveWords(input, body),
    ...checkLeftovers(input, body),
    ...checkStyle(input, body),
    ...(input.reported ?? []).map(({ code, detail, pointer }) => finding(code, detail, pointer)),
  ];
  return judge(findings, checksOf(input));
}

/** The check with additional findings of other rules about the same text. */
export function withFindings({ findings, checks }: ContentCheck, more: readonly ContentFinding[]): ContentCheck {
  return judge([...findings, ...more], checks);
}

function judge(findings: ContentFinding[], checks: CheckRun[]): ContentCheck {
  return { passed: findings.every(({ severity }) => severity !== 'block'), score: scoreQuality(checks, findings), findings, checks };
}

function checksOf(input: ContentCheckInput): CheckRun[] {
  const { minWords, maxWords, requiredPhrases = [], forbiddenPhrases = [], keywords = [], sensitiveWords, comparedSources = 0 } = input;
  return listChecks({
    hasLengthRule: minWords !== undefined || maxWords !== undefined,
    hasPhraseRule: requiredPhrases.length + forbiddenPhrases.length > 0,
    hasSensitiveWords: sensitiveWords !== undefined && !sensitiveWords.isEmpty,
    hasKeywords: keywords.length > 0,
    comparedSources,
    isApprovedByPerson: false, // these are the checks before a review
  });
}

export function finding(code: FindingCode, detail: string, pointer = '/bodyMarkdown'): ContentFinding {
  const [severity, points] = RULES[code];
  return { code, severity, detail, points, pointer };
}

function* checkTitle({ title, language }: ContentCheckInput): Generator<ContentFinding> {
  const length = countWords(title);
  if (length === 0) yield finding('missing_title', 'The content has no title.', '/title');
  if (length > LONGEST_TITLE[language])
    yield finding('long_title', `The title has ${length} words; ${LONGEST_TITLE[language]} fit a list.`, '/title');
}

function* checkLength({ minWords, maxWords = Infinity }: ContentCheckInput, body: ContentBody): Generator<ContentFinding> {
  if (minWords !== undefined) {
    const counted = countWords(body.counted);
    if (counted < minWords) yield finding('too_short', `The text has ${counted} words that count; at least ${minWords} are required.`);
  }
  const length = countWords(body.text);
  if (length > maxWords) yield finding('too_long', `The text has ${length} words; at most ${maxWords} are allowed.`);
  if (length === 0) {
    yield finding('missing_body', 'The text is blank.');
    return;
  }
  const { title, sections } = body.markdown;
  const headings = sections.filter(({ heading }) => heading !== null).length + (title === null ? 0 : 1);
  const paragraphs = body.paragraphs.length;
  if (paragraphs === 0 || (headings === 0 && paragraphs < 3)) {
    yield finding(
      'weak_structure',
      `The text has ${headings} headings and ${paragraphs} paragraphs; it needs at least one heading or three paragraphs.`,
    );
  }
}

function* checkWords(input: ContentCheckInput, body: ContentBody): Generator<ContentFinding> {
  const title = fold(input.title);
  const text = fold(body.text);
  const counted = new SearchableText(body.counted);
  const { keywords = [] } = input;
  const absent = keywords.filter((keyword) => !counted.mentions(keyword));
  if (absent.length > 0 && absent.length === keywords.length)
    yield finding('off_topic', `None of the keywords occurs: ${absent.join(', ')}.`);
  else for (const keyword of absent) yield finding('missing_keyword', `The keyword "${keyword}" does not occur.`);
  for (const phrase of input.requiredPhrases ?? []) {
    if (!counted.includes(phrase)) yield finding('missing_phrase', `The required phrase "${phrase}" does not occur.`);
  }
  for (const phrase of input.forbiddenPhrases ?? []) {
    if (fold(phrase) === '') continue;
    if (title.includes(fold(phrase))) yield finding('forbidden_phrase', `The title contains "${phrase}".`, '/title');
    if (text.includes(fold(phrase))) yield finding('forbidden_phrase', `The text contains "${phrase}".`);
  }
}

/** At most this many words are listed, each with its first occurrence. */
const MAX_SENSITIVE = 20;

function* checkSensitiveWords(input: ContentCheckInput, body: ContentBody): Generator<ContentFinding> {
  const { sensitiveWords, allowedWords, title, summary = '', bodyMarkdown } = input;
  if (sensitiveWords === undefined) return;
  const byWord = new Map<string, { match: SensitiveMatch; pointer: string; times: number }>();
  for (const [pointer, text] of [
    ['/title', title],
    ['/summary', summary],
    ['/bodyMarkdown', bodyMarkdown],
  ] as const) {
    for (const match of sensitiveWords.find(text, allowedWords)) {
      const known = byWord.get(match.word);
      if (known) known.times += 1;
      else byWord.set(match.word, { match, pointer, times: 1 });
    }
  }
  for (const [word, { match, pointer, times }] of [...byWord].slice(0, MAX_SENSITIVE)) {
    const { start, end } = match;
    yield {
      ...finding('sensitive_word', `Contains the sensitive word "${word}"${times > 1 ? `, ${times} times` : ''}.`, pointer),
      start,
      end,
    };
  }
  // Character references, comments and tags inside of a word show only in the rendered text.
  const shown = sensitiveWords.find(body.text, allowedWords).map(({ word }) => word);
  for (const word of new Set(shown.filter((each) => !byWord.has(each))))
    yield finding('sensitive_word', `Contains the sensitive word "${word}", hidden by markup.`);
}

function* checkLeftovers({ title, summary = '', bodyMarkdown, language }: ContentCheckInput, body: ContentBody): Generator<ContentFinding> {
  const withoutCode = bodyMarkdown.replace(INLINE_CODE, ' ');
  const text = withoutCode === bodyMarkdown ? body.text : markdownToText(withoutCode);
  if (isPlaceholderTitle(title)) yield finding('placeholder', `The title is a placeholder: "${title.trim()}".`, '/title');
  for (const found of findReasoning(withoutCode)) yield finding('assistant_talk', `Notes of a model instead of text: "${found}".`);
  for (const [pointer, value] of [
    ['/title', title],
    ['/summary', summary],
    ['/bodyMarkdown', text],
  ] as const) {
    for (const found of findPlaceholders(value)) yield finding('placeholder', `Placeholder left: "${found}".`, pointer);
    for (const found of findAssistantTalk(value))
      yield finding('assistant_talk', `Addressed to the editor instead of the reader: "${found}".`, pointer);
    const garbled = findGarbled(value, language);
    if (garbled !== null) yield finding('garbled_text', `Damaged by a wrong character encoding: "${garbled}".`, pointer);
  }
  const written = detectLanguage(text);
  if (countWords(text) >= 20 && written !== language)
    yield finding('wrong_language', `The text should be in ${language}, but reads as ${written}.`);
}

function* checkStyle({ language }: ContentCheckInput, { paragraphs }: ContentBody): Generator<ContentFinding> {
  const measured = measureReadability(paragraphs, language);
  if (measured.averageSentence > AVERAGE_SENTENCE[language] || measured.longShare > 0.25) {
    const share = Math.round(measured.longShare * 100);
    yield finding(
      'long_sentences',
      `Sentences average ${measured.averageSentence} words, ${share} % are long, the longest has ${measured.longestSentence}.`,
    );
  }
  if (measured.longestParagraph > LONGEST_PARAGRAPH[language])
    yield finding('long_paragraph', `The longest paragraph has ${measured.longestParagraph} words.`);
  const [repeated] = measured.repeated;
  if (repeated !== undefined)
    yield finding('repeated_sentence', `${measured.repeated.length} sentences are repeated, such as "${repeated.slice(0, 80)}".`);
  const stock = findStockPhrases(paragraphs.join('\n'));
  if (stock.length > 2) yield finding('stock_phrases', `${stock.length} empty phrases, such as "${stock[0] ?? ''}".`);
}
