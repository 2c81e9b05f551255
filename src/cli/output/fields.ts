/** A field of a view. `name` is its name in the API, in `--columns` and in the CSV header. */
export interface Field {
  readonly name: string;
  readonly title: string;
  /** `id`: tables on a terminal show the last 12 digits, which commands accept. `sentence`: a text that wraps. `score`: its total. */
  readonly kind?: 'id' | 'time' | 'duration' | 'percent' | 'status' | 'text' | 'sentence' | 'error' | 'list' | 'actor' | 'score';
  /** Shown in lists only on request by --columns. */
  readonly detail?: true;
}

export const EXECUTION_FIELDS: readonly Field[] = [
  { name: 'executionId', title: 'ID', kind: 'id' },
  { name: 'taskName', title: 'Task' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'phase', title: 'Phase', detail: true },
  { name: 'progress', title: 'Progress', kind: 'percent' },
  { name: 'step', title: 'Step' },
  { name: 'priority', title: 'Priority', detail: true },
  { name: 'attempt', title: 'Attempt', detail: true },
  { name: 'maxAttempts', title: 'Max attempts', detail: true },
  { name: 'queue', title: 'Queue', detail: true },
  { name: 'worker', title: 'Worker', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
  { name: 'createdAt', title: 'Created', kind: 'time' },
  { name: 'runAt', title: 'Run at', kind: 'time', detail: true },
  { name: 'startedAt', title: 'Started', kind: 'time', detail: true },
  { name: 'finishedAt', title: 'Finished', kind: 'time', detail: true },
  { name: 'nextAttemptAt', title: 'Next attempt', kind: 'time', detail: true },
  { name: 'deadlineAt', title: 'Deadline', kind: 'time', detail: true },
  { name: 'error', title: 'Error', kind: 'error' },
  { name: 'params', title: 'Params', kind: 'text', detail: true },
  { name: 'result', title: 'Result', kind: 'text', detail: true },
];

export const CONTENT_TASK_FIELDS: readonly Field[] = [
  { name: 'taskId', title: 'Task' },
  { name: 'executionId', title: 'Execution', kind: 'id' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'topic', title: 'Topic', kind: 'text' },
  { name: 'priority', title: 'Priority' },
  { name: 'submittedAt', title: 'Submitted', kind: 'time' },
];

export const CONTENT_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'title', title: 'Title', kind: 'text' },
  { name: 'kind', title: 'Kind' },
  { name: 'wordCount', title: 'Words' },
  { name: 'qualityScore', title: 'Score' },
  { name: 'reviewStatus', title: 'Review', kind: 'status' },
  { name: 'reviewReasons', title: 'Reasons', kind: 'list', detail: true },
  { name: 'reviewNote', title: 'Note', kind: 'text', detail: true },
  { name: 'reviewer', title: 'Approved by', kind: 'actor', detail: true },
  { name: 'approvedAt', title: 'Approved', kind: 'time', detail: true },
  { name: 'version', title: 'Version', detail: true },
  { name: 'accountId', title: 'Account', detail: true },
  { name: 'generationTaskId', title: 'Task', detail: true },
  { name: 'scheduledPublishAt', title: 'Publish at', kind: 'time', detail: true },
  { name: 'createdAt', title: 'Created', kind: 'time' },
  { name: 'summary', title: 'Summary', kind: 'text', detail: true },
  { name: 'previewUrl', title: 'URL', detail: true },
];

export const ACCOUNT_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'platform', title: 'Platform' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'language', title: 'Language' },
  { name: 'timeZone', title: 'Time zone', detail: true },
  { name: 'voice', title: 'Voice', kind: 'text', detail: true },
  { name: 'sections', title: 'Sections', kind: 'text', detail: true },
  { name: 'sources', title: 'Sources', kind: 'text', detail: true },
];

export const QUEUE_FIELDS: readonly Field[] = [
  { name: 'name', title: 'Queue' },
  { name: 'paused', title: 'Paused' },
  { name: 'pausedAt', title: 'Paused at', kind: 'time', detail: true },
  { name: 'pausedBy', title: 'Paused by', kind: 'actor', detail: true },
  { name: 'pending', title: 'Pending' },
  { name: 'submitted', title: 'Submitted' },
  { name: 'running', title: 'Running' },
  { name: 'withoutHandler', title: 'Without handler', detail: true },
  { name: 'oldestWaitingMs', title: 'Oldest (ms)' },
  { name: 'slots', title: 'Slots' },
  { name: 'busy', title: 'Busy' },
  { name: 'strategy', title: 'Strategy' },
];

export const LOG_FIELDS: readonly Field[] = [
  { name: 'seq', title: 'Seq' },
  { name: 'timestamp', title: 'Time', kind: 'time' },
  { name: 'level', title: 'Level', kind: 'status' },
  { name: 'message', title: 'Message', kind: 'text' },
  { name: 'data', title: 'Data', kind: 'text' },
];

export const LIMIT_FIELDS: readonly Field[] = [
  { name: 'key', title: 'Key' },
  { name: 'maxRunning', title: 'Max running' },
  { name: 'running', title: 'Running' },
  { name: 'rate', title: 'Rate', kind: 'text' },
  { name: 'tokens', title: 'Tokens' },
  { name: 'declared', title: 'Declared' },
  { name: 'updatedAt', title: 'Updated', kind: 'time', detail: true },
];

export const PAUSED_TASK_FIELDS: readonly Field[] = [
  { name: 'name', title: 'Name' },
  { name: 'paused', title: 'Paused' },
  { name: 'pausedAt', title: 'Since', kind: 'time' },
  { name: 'pausedBy', title: 'By', kind: 'actor' },
];
