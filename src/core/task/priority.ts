export const PRIORITY_WORDS = { low: 3, medium: 5, high: 8, urgent: 10 } as const;
export const DEFAULT_PRIORITY = PRIORITY_WORDS.medium;
/** One level of priority is worth this much waiting, so a low task overtakes a high one that came so much later. */
export const HEAD_START_SECONDS = 60;

export type PriorityWord = keyof typeof PRIORITY_WORDS;

/** 1–10 or one of the words; undefined when it is neither. */
export function toPriority(value: unknown): number | undefined {
  if (typeof value === 'string' && Object.hasOwn(PRIORITY_WORDS, value)) return PRIORITY_WORDS[value as PriorityWord];
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10 ? value : undefined;
}
