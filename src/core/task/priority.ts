export const PRIORITY_WORDS = { low: 3, medium: 5, high: 8, urgent: 10 } as const;
export const DEFAULT_PRIORITY = PRIORITY_WORDS.medium;
/**
 * One priority level is worth this much waiting time: a low task overtakes a high one that was submitted so much
 * later.
 */
export const HEAD_START_SECONDS = 60;

export type PriorityWord = keyof typeof PRIORITY_WORDS;

/** Accepts 1–10 or a priority word; returns undefined for anything else. */
export function toPriority(value: unknown): number | undefined {
  if (typeof value === 'string' && Object.hasOwn(PRIORITY_WORDS, value)) return PRIORITY_WORDS[value as PriorityWord];
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10 ? value : undefined;
}
