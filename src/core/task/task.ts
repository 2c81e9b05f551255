import type { Failure } from './failure.ts';
import type { Backoff } from './retry-policy.ts';
import type { TaskStatus } from './states.ts';

/** A task that this process has leased. `epoch` is the fence: every write about the attempt names it. */
export interface ClaimedTask {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly params: unknown;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly rejections: number;
  readonly maxRejections: number;
  /** The failure of the previous attempt; null for the first attempt. */
  readonly previousFailure: Failure | null;
  readonly epoch: number;
  readonly timeoutMs: number;
  readonly createdBy: string;
  /** W3C traceparent of the request that submitted the task. */
  readonly traceContext: string | null;
  /** The highest sequence number among the log lines of earlier attempts. */
  readonly logSeq: number;
}

/** Identifies an attempt in every fenced write. */
export type Fence = Pick<ClaimedTask, 'id' | 'epoch'>;

export type TaskTrigger = 'manual' | 'api' | 'schedule' | 'task';

export interface TaskRow {
  readonly id: string;
  /** Rises by 1 with each transition. */
  readonly version: number;
  readonly name: string;
  readonly queue: string;
  readonly status: TaskStatus;
  readonly priority: number;
  readonly runAt: Date;
  readonly params: unknown;
  readonly result: unknown;
  readonly error: Failure | null;
  readonly progress: number | null;
  readonly step: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly generation: number;
  readonly epoch: number;
  readonly owner: string | null;
  readonly externalId: string | null;
  readonly deadlineAt: Date | null;
  readonly expiresAt: Date | null;
  /** The param `topic`; null without it. */
  readonly subject: string | null;
  readonly accountId: string | null;
  /** The content that its params or its result name. */
  readonly contentId: string | null;
  readonly batchId: string | null;
  readonly leaseExpiresAt: Date | null;
  /** When its worker last renewed the lease; null without a lease. */
  readonly heartbeatAt: Date | null;
  readonly createdBy: string;
  readonly trigger: TaskTrigger;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly terminalAt: Date | null;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
