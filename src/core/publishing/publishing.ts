import type { Slot } from './slot-times.ts';
import type { PublishPlan } from './slots.ts';

/** How an account publishes, as stored with it. */
export interface Publishing {
  readonly slots?: Slot[];
  readonly minGapMinutes?: number;
  readonly dailyQuota?: number | null;
  readonly blackoutDays?: string[];
  /** An approval adds the content to the pool of every enabled channel. */
  readonly autoPublish?: boolean;
  /** Shown as the author; the name of the account unless given. */
  readonly author?: string;
  /** The person or organisation with editorial responsibility. */
  readonly responsible?: string;
  /** Name or code of the producer in AI labels; the name of the account unless given. */
  readonly producer?: string;
}

/** Default daily limit of an account. An endless loop of submissions is therefore noticed on the first day. */
const DEFAULT_DAILY_QUOTA = 10;

export function planOf(
  { slots = [], minGapMinutes = 0, dailyQuota = DEFAULT_DAILY_QUOTA, blackoutDays = [] }: Publishing,
  timeZone: string,
): PublishPlan {
  return { timeZone, slots, minGapMinutes, dailyQuota, blackoutDays };
}
