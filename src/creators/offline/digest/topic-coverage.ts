import type { TopicWord } from '../segmenter.ts';
import type { Place } from './quotable-units.ts';

/** The facts about a candidate sentence for the topic check. */
export interface TopicEvidence {
  text: string;
  /** The words of the sentence and of its heading. */
  words: ReadonlySet<string>;
  /** Shared by the sentences of a heading, or of a short document. */
  group: string;
  /** The group is a short document. It is about the topic as soon as it mentions a word of it often. */
  isShortText?: boolean;
  /** A title: what it names is the subject of its group, and no passing mention. */
  isTitle?: boolean;
}

/** How well the sentences cover a topic. Sentences are identified by index. */
export interface TopicCoverage {
  /** 0–1: the weight of the topic's words that enough sentences mention. */
  share: number;
  /** The share is large enough for a digest. */
  isEnough: boolean;
  /** The material is short, and most of its documents name the same word of the topic: it is their subject. */
  isShared: boolean;
  /** Words of the topic that no sentence mentions, as the editor wrote them. */
  missing: string[];
  /** Words of the topic that fewer than OFTEN sentences mention. */
  rare: string[];
  /** Sentences under a heading that covers at least ON_TOPIC of the words that the sources mention. */
  onTopic: ReadonlySet<number>;
  /** For each word of the topic, the sentences that mention it. */
  mentions: ReadonlySet<number>[];
}

/** The covered part of the topic, by weight, that is enough: of long material, and of short. */
const ENOUGH = { long: 2 / 3, short: 1 / 2 };
const ROUNDING = 1e-9;
/** A heading (or feed item) is about the topic from this share on of what the sources cover: two of three usual words, or one rare word. */
const ON_TOPIC = 1 / 3;
/** A word in fewer sentences is a passing mention and counts in part. */
const OFTEN = 3;
/**
 * Below this number of sentences two mentions are often, a word that is absent weighs no more than a rare one, and
 * sentences that cannot be quoted are evidence too.
 */
export const SHORT = 100;
/** A word is the subject of short material from this share of its documents and from this number of sentences on. */
const SHARED = 2 / 3;
const SUBJECT_MENTIONS = 5;
/** A single Chinese character also occurs inside other words. */
const CHARACTER_WEIGHT = 0.5;

/**
 * Measures how well the candidate sentences cover the words of the topic. Each word weighs its IDF among the
 * sentences, and an absent word weighs most: a word that occurs everywhere covers almost nothing alone. Only the first
 * `quotable` sentences may be quoted; the others are evidence.
 */
export function measureCoverage(
  topic: readonly TopicWord[],
  evidence: readonly TopicEvidence[],
  quotable = evidence.length,
): TopicCoverage {
  const isShort = evidence.length < SHORT;
  const often = isShort ? OFTEN - 1 : OFTEN;
  const titles = evidence.filter(({ isTitle }) => isTitle);
  const mentions = topic.map(({ key }) => new Set(evidence.flatMap((each, index) => (isMentioned(key, each) ? [index] : []))));
  const weights = topic.map(
    ({ key }, at) =>
      Math.log(1 + evidence.length / Math.max(isShort ? often : 1, mentions[at]?.size ?? 0)) * (isCharacter(key) ? CHARACTER_WEIGHT : 1),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shareOf = (credit: (at: number) => number): number =>
    total === 0 ? 0 : weights.reduce((sum, weight, at) => sum + weight * credit(at), 0) / total;

  const groups = new Map<string, Set<number>>();
  for (const [at, sentences] of mentions.entries()) {
    for (const index of sentences) {
      const group = evidence[index]?.group ?? '';
      groups.set(group, (groups.get(group) ?? new Set()).add(at));
    }
  }
  const count = (at: number): number =>
    titles.some((each) => isMentioned(topic[at]?.key ?? '', each)) ? often : (mentions[at]?.size ?? 0);
  const present = shareOf((at) => (count(at) > 0 ? 1 : 0));
  const covers = (found: ReadonlySet<number>): boolean => shareOf((at) => (found.has(at) ? 1 : 0)) >= ON_TOPIC * present;
  const covering = new Set([...groups].filter(([, found]) => covers(found)).map(([group]) => group));
  for (const indexes of mentions) {
    const texts = [...indexes].flatMap((index) => (evidence[index]?.isShortText ? evidence[index].group : []));
    for (const group of texts) if (texts.filter((each) => each === group).length >= OFTEN - 1) covering.add(group);
  }
  const share = shareOf((at) => Math.min(1, count(at) / often));
  const all = new Set(evidence.map(({ group }) => group));
  const isSubject = ({ key }: TopicWord, at: number): boolean => {
    const naming = [...groups.values()].filter((found) => found.has(at)).length;
    return !isCharacter(key) && naming > 1 && naming >= SHARED * all.size && (mentions[at]?.size ?? 0) >= SUBJECT_MENTIONS;
  };
  return {
    share,
    isEnough: share >= (isShort ? ENOUGH.short : ENOUGH.long) - ROUNDING,
    isShared: isShort && topic.some(isSubject),
    missing: topic.filter((_, at) => count(at) === 0).map(({ written }) => written),
    rare: topic.filter((_, at) => count(at) > 0 && count(at) < often).map(({ written }) => written),
    onTopic: new Set(evidence.slice(0, quotable).flatMap(({ group }, index) => (covering.has(group) ? [index] : []))),
    mentions: mentions.map((indexes) => new Set([...indexes].filter((index) => index < quotable))),
  };
}

/** The words of the topic that no quoted sentence mentions. */
export function unmentioned(topic: readonly TopicWord[], coverage: TopicCoverage, quoted: readonly number[]): string[] {
  return topic.filter((_, at) => !quoted.some((index) => coverage.mentions[at]?.has(index))).map(({ written }) => written);
}

export function groupOf({ document, section }: Pick<Place, 'document' | 'section'>): string {
  return `${document}/${section}`;
}

/** The noun at the end of a long Chinese word: 照片 of 老照片. */
function headOf(key: string): string {
  return /^\p{sc=Han}{3,4}$/u.test(key) ? key.slice(-2) : key;
}

function isCharacter(key: string): boolean {
  return /^\p{sc=Han}$/u.test(key);
}

function isMentioned(key: string, { text, words }: TopicEvidence): boolean {
  return isCharacter(key) ? text.includes(key) : words.has(key) || words.has(headOf(key));
}
