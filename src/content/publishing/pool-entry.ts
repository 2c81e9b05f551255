import type { PoolStatus, PoolTransitionName } from '../../core/publishing/pool.ts';
import type { PoolProblem } from './publication.repository.ts';

/** An entry of the pool, with the facts that explain why it is not published yet. */
export interface PoolEntry {
  readonly id: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly contentId: string;
  readonly title: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly channelKind: string;
  readonly status: PoolStatus;
  readonly priority: number;
  readonly scheduledAt: Date;
  /** The requested local time in `timeZone`. */
  readonly scheduledLocal: string;
  readonly timeZone: string;
  /** Counts the transitions. */
  readonly version: number;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly lastError: PoolProblem | null;
  readonly note: string | null;
  readonly taskId: string | null;
  readonly outcome: string | null;
  readonly externalId: string | null;
  readonly externalUrl: string | null;
  readonly publishedVersion: number | null;
  readonly publishedHash: string | null;
  readonly publishedAt: Date | null;
  readonly labelState: string | null;
  /** Approved, and not published two minutes after its time. */
  readonly overdue: boolean;
  /** When the event `pool_entry.overdue` was written. */
  readonly overdueReportedAt: Date | null;
  /** What a person has to do before it can be published; null when nothing is missing. */
  readonly waitsFor: 'not_approved' | 'account_paused' | 'channel_disabled' | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PoolHistoryEntry {
  readonly revision: number;
  readonly transition: PoolTransitionName;
  readonly fromStatus: PoolStatus | null;
  readonly toStatus: PoolStatus;
  readonly actor: string;
  readonly note: string | null;
  readonly error: PoolProblem | null;
  readonly scheduledAt: Date;
  readonly at: Date;
}

/** Entries that are not published, by state. */
export interface PoolCounts {
  readonly pending: number;
  readonly publishing: number;
  readonly failed: number;
  readonly outcomeUnknown: number;
  /** Of all of them. */
  readonly overdue: number;
}
