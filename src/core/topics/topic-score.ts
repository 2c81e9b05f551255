import { stemEnglish } from '../text/stem.ts';
import { unitsOf } from '../text/word-count.ts';

/** 0–100 each. */
export interface TopicScores {
  readonly freshness: number;
  readonly relevance: number;
  readonly usefulness: number;
}

/** Days after which a dated topic has lost half of its freshness. */
export const HALF_LIFE_DAYS = 7;
/** Freshness of a topic that does not age. */
export const UNDATED_FRESHNESS = 50;
/** Older topics have a freshness of 0. The power of 2 stays far from an underflow. */
export const MAX_HALF_LIVES = 40;
export const WEIGHTS: TopicScores = { freshness: 0.35, relevance: 0.4, usefulness: 0.25 };
/** Relevance for an account without any keyword. */
const NEUTRAL = 50;
/** Words of material for a full mark. */
const ENOUGH_MATERIAL = 300;
const DAY_MS = 86_400_000;
const ASKS = /[?？]|\b(?:how|why|what|when|where|which|who)\b|怎么|怎样|如何|为什么|为何|什么|哪些|多少/i;

/** Subjects of an account, and of one of its sections. */
export interface SectionKeywords {
  /** Null for the keywords of the whole account. */
  readonly code: string | null;
  readonly keywords: readonly string[];
}

export interface ScoredTopic {
  readonly title: string;
  readonly keywords: readonly string[];
  /** Words of the source; null for a topic without one. */
  readonly materialWords?: number | null;
}

/** Falls from 100 by half in each half-life. */
export function freshnessOf(datedAt: Date | null, now: Date): number {
  if (datedAt === null) return UNDATED_FRESHNESS;
  const halfLives = Math.max(0, now.getTime() - datedAt.getTime()) / (HALF_LIFE_DAYS * DAY_MS);
  return Math.round(100 * 0.5 ** Math.min(halfLives, MAX_HALF_LIVES));
}

/** Each keyword that the topic names lowers the distance to 100 by 60 %. */
export function relevanceOf(topic: ScoredTopic, sections: readonly SectionKeywords[]): number {
  const keywords = foldAll(sections.flatMap((section) => section.keywords));
  if (keywords.size === 0) return NEUTRAL;
  return Math.round(100 * (1 - 0.4 ** countNamed(topic, keywords)));
}

/** The section whose keywords the topic names most often; null when it names none. */
export function sectionOf(topic: ScoredTopic, sections: readonly SectionKeywords[]): string | null {
  let best: string | null = null;
  let most = 0;
  for (const { code, keywords } of sections) {
    const named = code === null ? 0 : countNamed(topic, foldAll(keywords));
    if (named > most) [best, most] = [code, named];
  }
  return best;
}

/** From the amount of material, a title of a usable length, and a question or a number in it. */
export function usefulnessOf({ title, materialWords = null }: ScoredTopic): number {
  const material = materialWords === null ? 0.5 : Math.min(1, materialWords / ENOUGH_MATERIAL);
  const length = unitsOf(title).length;
  const shape = length >= 4 && length <= 40 ? 1 : 0.3;
  const concrete = ASKS.test(title) || /\p{N}/u.test(title) ? 1 : 0.5;
  return Math.round(100 * (0.5 * material + 0.25 * shape + 0.25 * concrete));
}

export function totalOf({ freshness, relevance, usefulness }: TopicScores): number {
  return Math.round(WEIGHTS.freshness * freshness + WEIGHTS.relevance * relevance + WEIGHTS.usefulness * usefulness);
}

function countNamed({ title, keywords }: ScoredTopic, searched: ReadonlySet<string>): number {
  const text = ` ${[title, ...keywords].map(fold).join(' \n ')} `;
  return [...searched].filter((keyword) => text.includes(` ${keyword} `)).length;
}

/** The keywords that have words. */
function foldAll(keywords: readonly string[]): Set<string> {
  return new Set(keywords.map(fold).filter((keyword) => keyword !== ''));
}

/** The words of a text in their stems, with one space between them, so that a keyword is found as whole words. */
function fold(text: string): string {
  return unitsOf(text.normalize('NFKC').toLowerCase()).map(stemEnglish).join(' ');
}
