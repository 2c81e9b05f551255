import type { Candidate } from './candidates.ts';
import type { TopicWord } from './segmenter.ts';

/** The facts about a candidate sentence for the topic check. */
export interface TopicEvidence {
  text: string;
  /** The words of the sentence and of its heading. */
  words: ReadonlySet<string>;
  /** Shared by the sentences of a heading. */
  group: string;
}

/** How well the sentences cover a topic. Sentences are identified by index. */
export interface TopicCoverage {
  /** 0–1: the weight of the topic's words that enough sentences mention. */
  share: number;
  /** Words of the topic that no sentence mentions, as the editor wrote them. */
  missing: string[];
  /** Words of the topic that fewer than OFTEN sentences mention. */
  rare: string[];
  /** Sentences under a heading that covers at least ON_TOPIC of the topic. */
  onTopic: ReadonlySet<number>;
  /** For each word of the topic, the sentences that mention it. */
  mentions: ReadonlySet<number>[];
}

/** Half of the topic, by weight. */
export const ENOUGH = 0.5;
/** A heading (or feed item) is about the topic from this share on: two of three usual words, or one rare word. */
const ON_TOPIC = 1 / 3;
/** A word in one or two sentences is a passing mention and counts a third or two thirds. */
const OFTEN = 3;
/** A single Chinese character also occurs inside other words. */
const CHARACTER_WEIGHT = 0.5;

/**
 * Measures how well the candidate sentences cover the words of the topic. Each word weighs its IDF among the
 * sentences, and an absent word weighs most: a word that occurs everywhere covers almost nothing alone.
 */
export function measureCoverage(topic: readonly TopicWord[], evidence: readonly TopicEvidence[]): TopicCoverage {
  const mentions = topic.map(({ key }) => new Set(evidence.flatMap((each, index) => (isMentioned(key, each) ? [index] : []))));
  const weights = topic.map(
    ({ key }, at) => Math.log(1 + evidence.length / Math.max(1, mentions[at]?.size ?? 0)) * (isCharacter(key) ? CHARACTER_WEIGHT : 1),
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
  const covering = new Set([...groups].filter(([, found]) => shareOf((at) => (found.has(at) ? 1 : 0)) >= ON_TOPIC).map(([group]) => group));
  const count = (at: number): number => mentions[at]?.size ?? 0;
  return {
    share: shareOf((at) => Math.min(1, count(at) / OFTEN)),
    missing: topic.filter((_, at) => count(at) === 0).map(({ written }) => written),
    rare: topic.filter((_, at) => count(at) > 0 && count(at) < OFTEN).map(({ written }) => written),
    onTopic: new Set(evidence.flatMap(({ group }, index) => (covering.has(group) ? [index] : []))),
    mentions,
  };
}

/** The words of the topic that no quoted sentence mentions. */
export function unmentioned(topic: readonly TopicWord[], coverage: TopicCoverage, quoted: readonly number[]): string[] {
  return topic.filter((_, at) => !quoted.some((index) => coverage.mentions[at]?.has(index))).map(({ written }) => written);
}

export function groupOf({ document, section }: Candidate): string {
  return `${document}/${section}`;
}

function isCharacter(key: string): boolean {
  return /^\p{sc=Han}$/u.test(key);
}

function isMentioned(key: string, { text, words }: TopicEvidence): boolean {
  return isCharacter(key) ? text.includes(key) : words.has(key);
}
