import type { ContentFinding } from '../text/check-content.ts';
import type { ReturnReason } from './review.ts';

const SENTENCES: Readonly<Record<ReturnReason, string>> = {
  factual_error: 'It states something that is wrong.',
  missing_source: 'A statement has no source.',
  off_topic: 'It leaves the topic.',
  incomplete: 'Something that belongs to the topic is missing.',
  wrong_tone: 'The tone does not fit the publication.',
  structure: 'The structure is hard to follow.',
  too_long: 'It is too long.',
  too_short: 'It is too short.',
  duplicate: 'It repeats what was published before.',
  legal: 'It contains something that may not be published.',
  style: 'The style needs work.',
  other: 'The reviewer has another objection.',
};

export const MAX_FINDINGS = 20;
export const MAX_FINDING_LENGTH = 2_000;

export interface RejectedVersion {
  /** Codes of the last decision of the review. */
  readonly reasons: readonly string[];
  readonly note: string | null;
  readonly checks: readonly ContentFinding[];
}

/** The instruction for the next attempt: what the reviewer wrote, the reasons, and what the checks found. At most 20 sentences. */
export function previousFindings({ reasons, note, checks }: RejectedVersion): string[] {
  const named = reasons.filter(
    (reason): reason is ReturnReason => Object.hasOwn(SENTENCES, reason) && !(reason === 'other' && note !== null),
  );
  const found = [
    ...(note === null ? [] : [`The reviewer wrote: ${note}`]),
    ...named.map((reason) => SENTENCES[reason]),
    ...checks.filter(({ code }) => code !== 'cannot_judge').map(({ detail }) => detail), // that one says nothing about the text
  ];
  return [...new Set(found)].slice(0, MAX_FINDINGS).map((text) => text.slice(0, MAX_FINDING_LENGTH));
}
