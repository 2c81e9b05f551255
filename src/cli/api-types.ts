/** The fields of the API that the CLI reads. Times are RFC 3339 in UTC, numbers plain, absent values null. */

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const TASK_STATUSES = ['pending', 'submitted', 'running', 'completed', 'failed', 'timeout', 'cancelled'] as const;
export const UNFINISHED_STATUSES = ['pending', 'submitted', 'running'] as const;

export interface ExecutionView {
  readonly executionId: string;
  readonly taskName: string;
  readonly status: (typeof TASK_STATUSES)[number];
  readonly phase: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly progress: number | null;
  readonly step: string | null;
  readonly worker?: string | null;
  readonly result: unknown;
  readonly error: { readonly class: string; readonly code: string; readonly message: string } | null;
}

export interface ExecutionReceipt {
  readonly executionId: string;
  readonly taskName: string;
}

export interface LogLine {
  /** Null for a line about a transition. */
  readonly seq: number | null;
  readonly timestamp: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly data?: unknown;
}

export interface LogPage {
  readonly items: readonly LogLine[];
  readonly nextAfter: number;
  /** There are more lines. */
  readonly truncated: boolean;
}

export interface TransitionView {
  readonly version: number;
  readonly to: string;
  readonly reason: string;
  readonly actor: { readonly name: string };
  readonly attempt: number;
  readonly at: string;
  readonly level: LogLine['level'] | null;
  readonly message: string | null;
}

export interface BlockersView {
  readonly executionId: string;
  readonly status: string;
  readonly blockers: readonly { readonly code: string; readonly open: boolean; readonly detail: string; readonly until?: string }[];
  readonly earliestStart: string | null;
}

export interface ExecutionReportView {
  readonly executionId: string;
  readonly states: Readonly<Record<string, number>>;
  readonly attempts: readonly { readonly attempt: number; readonly outcome: string }[];
  readonly logs: Readonly<Record<string, number>>;
  readonly checkpoints: readonly { readonly step: string; readonly attempt: number }[];
}

interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Durations are in milliseconds. */
export interface BatchReportView {
  readonly batchId: string;
  readonly counts: Readonly<Record<'total' | 'completed' | 'failed' | 'cancelled' | 'open', number>>;
  readonly times: { readonly queued: Percentiles | null; readonly run: Percentiles | null };
  readonly slowest: readonly { readonly executionId: string; readonly runMs: number }[];
  readonly failures: readonly { readonly code: string; readonly count: number; readonly example: string }[];
}

export interface ContentTaskView {
  readonly taskId: string;
  readonly executionId: string;
  readonly contentId: string | null;
  readonly status: string;
}

export interface ContentView {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly bodyMarkdown: string;
  readonly bodyHtml: string;
  readonly previewUrl?: string;
  readonly checks: readonly { readonly detail: string }[];
}

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly status: string;
  readonly version: number;
}

export interface LimitView {
  readonly key: string;
  readonly maxRunning: number | null;
}

export interface PausedTaskView {
  readonly name: string;
  readonly paused: boolean;
}

export interface QueueView {
  readonly name: string;
  readonly paused: boolean;
}

export interface TaskDefinitionList {
  readonly items: readonly { readonly name: string }[];
}

export interface HealthDetail {
  readonly status: string;
  readonly message?: string;
  /** The queue driver. */
  readonly driver?: string;
  readonly problems?: readonly string[];
  /** The process. */
  readonly uptimeSeconds?: number;
}

export interface HealthReport {
  readonly status: string;
  readonly details: Readonly<Record<string, HealthDetail>>;
}

/** Any answer, before its type is known. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Retry-After in milliseconds; null when it is absent or a date. */
  readonly retryAfterMs: number | null;
  readonly text: string;
}

export interface TopicView {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly version: number;
}

export interface PoolEntryView {
  readonly id: string;
  readonly version: number;
}

export interface ScheduleView {
  readonly id: string;
  readonly name: string;
  readonly taskName: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly nextDueAt: string | null;
  readonly version: number;
  readonly description: { readonly en: string; readonly zh: string };
}

export interface FullHealthReport {
  readonly checks: readonly {
    readonly name: string;
    readonly status: 'ok' | 'degraded' | 'down';
    readonly since: string;
    readonly detail: string;
    readonly action: string | null;
  }[];
}

export interface AlertView {
  readonly id: string;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rule: { readonly id: string; readonly name: string; readonly metric: string };
  readonly history?: readonly object[];
  readonly notifications?: readonly object[];
}

/** An object that has a name and a version: an alert rule or an alert channel. */
export interface NamedView {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}
