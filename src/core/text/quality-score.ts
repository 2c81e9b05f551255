/** The points of each check; 100 together. A check that could not run earns none. */
const CHECK_POINTS = {
  /** Title, structure, leftovers, language and encoding. */
  text: 45,
  /** Lengths of sentences and paragraphs, repetitions, stock phrases. */
  style: 15,
  length: 5,
  phrases: 5,
  sensitive_words: 5,
  keywords: 5,
  /** The sources were compared with each other for contradictions. */
  contradictions: 10,
  /** A person approved the text. */
  person: 10,
} as const;

export type CheckName = keyof typeof CHECK_POINTS;

/** Whether a check ran, and what it is worth. */
export interface CheckRun {
  check: CheckName;
  ran: boolean;
  points: number;
  /** Why it could not run; null when it ran. */
  reason: string | null;
}

/** What there was to check. An absent member means that the check could not run. */
export interface CheckBasis {
  hasLengthRule: boolean;
  hasPhraseRule: boolean;
  hasSensitiveWords: boolean;
  hasKeywords: boolean;
  /** The number of sources that were compared with each other. */
  comparedSources: number;
  isApprovedByPerson: boolean;
}

const NO_PERSON = 'No person has approved the text.';

/** Lists all checks: those that ran, and the reason of each that could not. */
export function listChecks(basis: CheckBasis): CheckRun[] {
  const missing: Readonly<Record<CheckName, string | null>> = {
    text: null,
    style: null,
    length: basis.hasLengthRule ? null : 'The voice of the account has neither minWords nor maxWords.',
    phrases: basis.hasPhraseRule ? null : 'The voice of the account has neither requiredPhrases nor forbiddenPhrases.',
    sensitive_words: basis.hasSensitiveWords ? null : 'The installation has no list of sensitive words.',
    keywords: basis.hasKeywords ? null : 'The request has no keywords.',
    contradictions: basis.comparedSources >= 2 ? null : 'There were not two sources to compare with each other.',
    person: basis.isApprovedByPerson ? null : NO_PERSON,
  };
  return (Object.keys(CHECK_POINTS) as CheckName[]).map((check) => ({
    check,
    ran: missing[check] === null,
    points: CHECK_POINTS[check],
    reason: missing[check],
  }));
}

/** The checks and the score once a person has approved the text, or once that approval has ended. */
export function afterReview(
  checks: readonly CheckRun[],
  findings: readonly { points: number }[],
  isApprovedByPerson: boolean,
): { checks: CheckRun[]; score: number } {
  const person = { ran: isApprovedByPerson, reason: isApprovedByPerson ? null : NO_PERSON };
  const judged = checks.map((each) => (each.check === 'person' ? { ...each, ...person } : each));
  return { checks: judged, score: scoreQuality(judged, findings) };
}

/** 0–100: the points of the checks that ran, less the points of the findings. Without a person it is at most 90. */
export function scoreQuality(checks: readonly CheckRun[], findings: readonly { points: number }[]): number {
  const earned = checks.reduce((sum, { ran, points }) => sum + (ran ? points : 0), 0);
  const lost = findings.reduce((sum, { points }) => sum + points, 0);
  return Math.max(0, earned - lost);
}
