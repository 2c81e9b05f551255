export const BULK_ACTIONS = ['cancel', 'drain', 'retry', 'reprioritise'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Why a selected task is not changed, as a part of the summary: "3 already finished". */
export const SKIP_REASONS = {
  already_finished: 'already finished',
  already_completed: 'already completed',
  not_finished: 'not finished yet',
  already_started: 'already started',
  unchanged: 'with that priority already',
  changed_meanwhile: 'changed meanwhile',
  not_found: 'not found',
  awaited: 'awaited by other tasks',
  referenced: 'needed by other records',
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;
export type Skipped = Partial<Record<SkipReason, number>>;

/** Number of tasks by verdict: eligible, or the reason why not. */
export type Verdicts = Partial<Record<SkipReason | 'eligible', number>>;

export interface Counts {
  readonly matched: number;
  readonly eligible: number;
  readonly skipped: Skipped;
}

export function countsOf({ eligible = 0, ...skipped }: Verdicts): Counts {
  const others = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return { matched: eligible + others, eligible, skipped };
}

export function addVerdicts(a: Verdicts, b: Verdicts): Verdicts {
  const sum: Verdicts = { ...a };
  for (const [verdict, count] of Object.entries(b) as [keyof Verdicts, number][]) sum[verdict] = (sum[verdict] ?? 0) + count;
  return sum;
}

/** "9 of 12 eligible, 3 already finished" */
export function summaryOf({ matched, eligible, skipped }: Counts): string {
  const reasons = (Object.entries(skipped) as [SkipReason, number][]).filter(([, count]) => count > 0);
  return [`${eligible} of ${matched} eligible`, ...reasons.map(([reason, count]) => `${count} ${SKIP_REASONS[reason]}`)].join(', ');
}
