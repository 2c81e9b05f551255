import { readMarkdown } from './markdown-text.ts';
import { fold } from './phrase-match.ts';
import { splitSentences } from './sentences.ts';

/** What a reviewer checks in a text before it is approved. Each list has the order of the text and no repetitions. */
export interface ReviewAids {
  /** Sentences with a number, a date, a superlative or a name, and without a footnote, in a text that has sources. */
  unsourcedClaims: string[];
  /** Lines of code blocks, and inline code. */
  commands: string[];
  /** Numbers with their units. */
  numbers: string[];
  urls: string[];
}

const MAX_LISTED = 100;
const LONGEST_ITEM = 300;

/** A letter that no text has: it holds the place of a footnote while the markup is removed. */
const MARK = '\uE123';
const FOOTNOTE = /\[\^[^\]\s]{1,100}\]/g;
/** A footnote behind the end of its sentence. */
const TRAILING_MARKS = /([.!?。！？…]{1,5}["'”’」』）)]{0,3})\s{0,5}(\uE123{1,20})/gu;
/** A line such as ```` ```ls``` ```` is inline code. */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const INLINE = /(?<!`)(`{1,3})([^`\n]{1,500})\1(?!`)/g;
const DEFINITION = /^ {0,3}\[\^?[^\]]{1,200}\]:/;
const URL_TEXT = /\bhttps?:\/\/[^\s<>"'`，。；）】」》]{1,500}/gi;
const UNIT =
  '%|‰|℃|°[CF]?|[kKMGT]?[WV]h?\\b|[kKMGT]?B\\b|[kmc]?m[²³]?\\b|km/h|kg\\b|ms\\b|percent\\b|per cent\\b|million\\b|billion\\b|trillion\\b|' +
  '[千兆吉]?瓦时?|美元|欧元|公里|公斤|小时|分钟|[万亿千百年月日号时分秒天周岁个元次倍]';
const NUMBER = new RegExp(`(?:[$€£¥￥]\\s?)?(?<![\\p{sc=Latin}\\p{N}.,])[+-]?\\d[\\d.,:/-]{0,40}(?<=\\d)(?:\\s?(?:${UNIT})){0,3}`, 'gu');
const HAN_NUMBER = /[一二三四五六七八九十百千]{1,8}(?:个百分点|万|亿|年|月|日|元|倍|成)|百分之[一二三四五六七八九十百零点]{1,8}/gu;
const SUPERLATIVE =
  /\b(?:most|least|best|worst|unprecedented|record|the (?:first|last|only))\b|最|首[个次家创座]|唯一|第一|前所未有|史无前例/iu;
const SUPERLATIVE_WORD = /\b\p{L}{3,20}est\b/giu;
const NO_SUPERLATIVES = new Set(
  'forest interest request harvest honest modest protest contest suggest invest guest quest digest arrest chest conquest manifest bequest earnest'.split(
    ' ',
  ),
);
/** A capital letter that does not begin the sentence. */
const NAME = /[\p{L}\p{N},;:’”)]\s{1,3}[“"(]?(?!I\b)\p{Lu}[\p{L}\p{N}]/u;
const HAN_NAME = /《[^》]{1,60}》|[\p{sc=Han}]{2}(?:公司|集团|大学|研究院|研究所|银行|政府|委员会|协会)/u;

export interface ReviewAidOptions {
  /** Paragraphs that the creator adds to every text. */
  readonly boilerplate?: readonly string[];
  /** A footnote is for the sentences before it too, as in a digest, which quotes passages. Otherwise it is for its own sentence. */
  readonly quotesPassages?: boolean;
}

/** Lists what to verify. `sourced`: the content has sources, so a claim without a footnote deserves a look. */
export function reviewAids(
  bodyMarkdown: string,
  sourced: boolean,
  { boilerplate = [], quotesPassages = false }: ReviewAidOptions = {},
): ReviewAids {
  const { prose, code } = separateCode(bodyMarkdown);
  const paragraphs = paragraphsOf(prose);
  const own = new Set(boilerplate.map(fold));
  const inline = Array.from(prose.matchAll(INLINE), ([, , text = '']) => text.trim());
  return {
    unsourcedClaims: sourced
      ? listed(paragraphs.filter((paragraph) => !own.has(fold(paragraph))).flatMap((paragraph) => unsourced(paragraph, quotesPassages)))
      : [],
    commands: listed([...code, ...inline].filter((line) => line !== '')),
    numbers: listed(paragraphs.flatMap((paragraph) => numbersOf(paragraph.replaceAll(MARK, ' ')))),
    urls: listed(Array.from(bodyMarkdown.matchAll(URL_TEXT), ([url]) => trimUrl(url))),
  };
}

/** True when a sentence states something that a reader could verify. */
export function isClaim(sentence: string): boolean {
  if (numbersOf(sentence).length > 0 || [SUPERLATIVE, NAME, HAN_NAME].some((pattern) => pattern.test(sentence))) return true;
  return Array.from(sentence.matchAll(SUPERLATIVE_WORD), ([word]) => word.toLowerCase()).some((word) => !NO_SUPERLATIVES.has(word));
}

/** The lines outside of code blocks and definitions, and those inside of code blocks. */
function separateCode(markdown: string): { prose: string; code: string[] } {
  const prose: string[] = [];
  const code: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split(/\r\n?|\n/)) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === null) {
      if (mark !== undefined) fence = mark;
      else if (!DEFINITION.test(line)) prose.push(line);
    } else if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    else code.push(line.trim());
  }
  return { prose: prose.join('\n'), code };
}

/** Paragraphs as plain text, in which each footnote is one mark inside of its sentence. */
function paragraphsOf(prose: string): string[] {
  const marked = prose.replaceAll(MARK, '').replace(FOOTNOTE, MARK);
  const paragraphs = readMarkdown(marked).sections.flatMap((section) => section.paragraphs);
  return paragraphs.map((paragraph) => paragraph.replace(TRAILING_MARKS, '$2$1'));
}

function unsourced(paragraph: string, quotesPassages: boolean): string[] {
  const sentences = splitSentences(paragraph);
  const first = quotesPassages ? sentences.findLastIndex((sentence) => sentence.includes(MARK)) + 1 : 0;
  return sentences.slice(first).filter((sentence) => !sentence.includes(MARK) && isClaim(sentence));
}

function numbersOf(text: string): string[] {
  const prose = text.replace(URL_TEXT, ' ');
  return [...prose.matchAll(NUMBER), ...prose.matchAll(HAN_NUMBER)].toSorted((a, b) => a.index - b.index).map(([number]) => number);
}

/** Without the bracket of a Markdown link and what follows it, which in Chinese is not a space, and without the punctuation of the sentence. */
function trimUrl(url: string): string {
  let end = 0;
  for (let depth = 0; end < url.length; end += 1) {
    const character = url.charAt(end);
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
  }
  return url.slice(0, end).replace(/[.,;:!?*_]+$/, '');
}

function listed(items: readonly string[]): string[] {
  return [...new Set(items.map((item) => item.slice(0, LONGEST_ITEM)))].slice(0, MAX_LISTED);
}
