/** The types of the API are generated from openapi.json (scripts/admin-types.mjs). They are erased at build: nothing is loaded from there. */
export type {
  AcceptedBatch,
  AcceptedExecution as ExecutionReceipt,
  AccountCheckReport,
  AccountChannelView,
  AccountImportView,
  AccountView,
  AgentView,
  AlertDetailView,
  AlertView,
  AttachmentView,
  BatchPreview,
  BatchReportView,
  BlockersView,
  BudgetView,
  BulkFilter,
  BulkPreview,
  CancelAllReply,
  CancelByIdsReply,
  CancelByNamesReply,
  ContentDiff,
  ContentTaskView,
  ContentView,
  CreatorView,
  DayView,
  DeliveryDetailView,
  DeliveryView,
  DiffPartView,
  EnrolledAgent,
  ExecutionCounts,
  ExecutionReportView,
  ExecutionView,
  FoundLogPage as LogPage,
  FullHealthReport,
  HeartbeatReply,
  KeyView,
  LeasedTask,
  LimitView,
  LogLine,
  MonitorHealthView,
  MonitorMetricsView,
  PausedDefinitionView as PausedTaskView,
  PoolEntryView,
  PreviewView,
  Problem,
  QueueView,
  ScheduleView,
  SignInLinkView,
  SourceCheckView,
  SuggestionsView,
  SystemScheduleView,
  TaskCatalogue as TaskDefinitionList,
  TopicImportView,
  TopicView,
  TransitionView,
  UserView,
  WebhookView,
} from '../../.build/api/types.gen.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const TASK_STATUSES = ['pending', 'submitted', 'running', 'completed', 'failed', 'timeout', 'cancelled'] as const;
export const UNFINISHED_STATUSES = ['pending', 'submitted', 'running'] as const;

/** An object that has a name and a version: an alert rule or an alert channel. */
export interface NamedView {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

type Health = import('../../.build/api/types.gen.ts').HealthReport;

/** The API describes the members of a health check beside its status as open: these are the ones that the checks report. */
export interface HealthReport extends Omit<Health, 'details'> {
  readonly details: Readonly<Record<string, HealthDetail>>;
}

interface HealthDetail {
  readonly status: 'up' | 'down';
  readonly message?: string;
  /** The queue driver. */
  readonly driver?: string;
  readonly problems?: readonly string[];
  /** The process. */
  readonly uptimeSeconds?: number;
}

/** Any answer, before its type is known. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Retry-After in milliseconds; null when it is absent or a date. */
  readonly retryAfterMs: number | null;
  readonly text: string;
}
