import type { OpenAPIObject, ParameterObject, RequestBodyObject } from '@nestjs/swagger';
import { operationsOf } from './operations.ts';
import { EXAMPLE_ID } from '../../../platform/http/example-id.ts';

interface RequestExample {
  readonly body?: object;
  /** Values for parameters other than ids, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const QUEUE = { parameters: { name: 'content' } };
const TASK = { parameters: { taskName: 'content-generation' } };
/** A task that needs no id of an account. */
const CLEANUP_TASK = { parameters: { taskName: 'task-cleanup' } };
const VERSION = { parameters: { 'If-Match': '"v1"' } };
/** Of an object that was changed before it could come into this state. */
const ANY_VERSION = { parameters: { 'If-Match': '*' } };
/** Matches nothing, because no installation is ten years old. */
const CLEANUP = { olderThan: 'P3650D' };

/**
 * Initial values of Swagger's "Try it out", by operationId. On an installation with the example accounts, each request
 * succeeds once its path ids are filled in. Requests that cancel or delete affect only the ids given. A test sends all
 * of them.
 */
const REQUEST_EXAMPLES: Readonly<Record<string, RequestExample>> = {
  accounts_create: {
    body: {
      name: 'tech-notes',
      platform: 'blog',
      language: 'en',
      timeZone: 'Europe/Berlin',
      voice: { tone: 'calm, precise', minWords: 150, maxWords: 900 },
      sections: [{ code: 'news', name: 'News of the week' }],
      sources: [{ type: 'notes', name: 'Notes', text: 'A lease lasts 15 seconds. A heartbeat every 5 seconds renews it.' }],
    },
  },
  accounts_update: { ...VERSION, body: { owner: 'editorial team' } },
  agents_register: { body: { name: 'gpu-1', capabilities: ['gpu', 'ffmpeg'], maxConcurrency: 3, version: '1.4.0' } },
  agents_quarantine: { body: { reason: 'its disk is full' } },
  agentWork_sendHeartbeat: { body: { running: [{ taskId: EXAMPLE_ID, epoch: 1 }], load: 0.25 } },
  agentWork_lease: { body: { max: 1, waitMs: 1_000 } },
  agentWork_start: { body: { epoch: 1 } },
  agentWork_reportProgress: { body: { epoch: 1, progress: 40, step: 'encode' } },
  agentWork_appendLogs: { body: { epoch: 1, lines: [{ level: 'info', message: 'chunk 3 of 7', data: { chunk: 3 } }] } },
  agentWork_complete: { body: { epoch: 1, result: { pages: 12 } } },
  agentWork_fail: { body: { epoch: 1, class: 'transient', code: 'disk_full', message: 'the disk is full', retryAfterMs: 60_000 } },
  agentWork_release: { body: { epoch: 1 } },
  agentArtifacts_store: { parameters: { name: 'report.pdf' } },
  alerts_acknowledge: { body: { note: 'The provider is down; they work on it.' } },
  alerts_silence: { body: { seconds: 7_200, note: 'planned maintenance' } },
  alerts_unsilence: { body: {} },
  alertRules_create: { body: { name: 'many-retries', metric: 'daily_retries', threshold: 100, severity: 'warning' } },
  alertRules_update: { ...VERSION, body: { threshold: 200 } },
  alertRules_previewCondition: { body: { metric: 'failure_rate', comparison: 'above', threshold: 20 } },
  alertChannels_create: {
    body: { name: 'ops', kind: 'slack', minSeverity: 'warning', url: 'https://hooks.example.org/services/T0/B0/key' },
  },
  alertChannels_update: { ...VERSION, body: { minSeverity: 'critical' } },
  batches_create: {
    body: {
      name: 'two clean-ups, one after the other',
      tasks: [
        { ref: 'first', taskName: 'task-cleanup', params: CLEANUP },
        { ref: 'second', taskName: 'task-cleanup', params: CLEANUP, dependsOn: ['first'] },
      ],
    },
  },
  contentTasks_create: { body: { account: 'contenthub-notes', topic: 'How a task survives kill -9', keywords: ['task', 'lease'] } },
  webhooks_create: { body: { name: 'newsroom', url: 'https://hooks.example.org/contenthub', types: ['content.*', 'budget.warned'] } },
  webhooks_update: { ...VERSION, body: { types: ['content.created'] } },
  webhooks_rotate: { body: { expiresIn: 86_400 } },
  budgets_create: { body: { name: 'models, daily', period: 'day', timeZone: 'Europe/Berlin', amountMicros: 20_000_000, currency: 'USD' } },
  budgets_update: { ...VERSION, body: { amountMicros: 30_000_000 } },
  contents_update: { ...VERSION, body: { title: 'What a lease is for' } },
  contents_submit: { ...VERSION, body: { note: 'The price is right now.' } },
  contents_approve: { ...VERSION, body: { note: 'Checked against the sources.' } },
  contents_return: { ...VERSION, body: { reasons: ['factual_error'], note: 'The price is that of last year.' } },
  contents_reject: { ...VERSION, body: { reasons: ['duplicate'] } },
  contents_rewrite: { ...VERSION, body: { instruction: 'Begin with the price.' } },
  contents_undo: VERSION,
  views_create: { body: { page: 'executions', name: 'Failed today', query: 'status=failed&since=PT24H', shared: true } },
  views_replace: { body: { page: 'executions', name: 'Failed this week', query: 'status=failed&since=P7D' } },
  contents_reopen: { ...VERSION, body: { note: 'The other one was withdrawn.' } },
  contents_addNote: { body: { text: 'The author is away until Monday.' } },
  contents_publish: { body: { priority: 8 } },
  accountChannels_create: { body: { name: 'site', kind: 'file', config: { mode: 'publish', folder: 'site' } } },
  accountChannels_update: { ...VERSION, body: { enabled: false } },
  pool_move: { ...VERSION, body: { priority: 10 } },
  pool_publishNow: VERSION,
  pool_pull: { ...VERSION, body: { note: 'Not this week.' } },
  pool_restore: ANY_VERSION,
  pool_retry: { ...ANY_VERSION, body: { note: 'The password was changed.' } },
  pool_settle: { ...ANY_VERSION, body: { published: true, externalUrl: 'https://blog.example.org/a-lease' } },
  sources_check: { body: { source: { type: 'notes', name: 'Notes', text: 'A lease lasts 15 seconds.' } } },
  topics_create: { body: { account: 'contenthub-notes', title: 'What a worker does when its lease is lost', keywords: ['lease'] } },
  topics_update: { ...VERSION, body: { keywords: ['lease', 'worker'] } },
  topics_reject: { ...VERSION, body: { reason: 'We wrote about it last year.' } },
  topics_restore: ANY_VERSION,
  topics_import: {
    body: { account: 'contenthub-notes', lines: ['Why a queue only says that there is work', 'How an epoch fences off a late worker'] },
  },
  topics_suggest: { body: { account: 'contenthub-notes', limit: 5 } },
  prompts_put: { parameters: { name: 'outline' }, body: { text: 'Outline an article about {{ topic }}.' } },
  executions_changeMany: { body: { action: 'cancel', filter: { status: ['pending'], queue: ['content'] }, preview: true } },
  executions_cleanUp: { body: { olderThan: 'P30D', dryRun: true } },
  executions_retry: { body: {} },
  keys_create: { body: { name: 'ci', roles: ['editor'], expiresAt: '2030-01-01T00:00:00Z' } },
  limits_set: { parameters: { key: 'customer-42' }, body: { maxRunning: 4, rate: { count: 60, perMs: 60_000 } } },
  queues_get: QUEUE,
  queues_pause: QUEUE,
  queues_resume: QUEUE,
  queues_drain: { ...QUEUE, body: { preview: true } },
  queues_setStrategy: { ...QUEUE, body: { strategy: 'priority' } },
  schedules_create: {
    body: {
      name: 'nightly-clean-up',
      taskName: 'task-cleanup',
      params: CLEANUP,
      trigger: { type: 'cron', expression: '30 2 * * *' },
      timeZone: 'Asia/Shanghai',
      overlap: 'skip',
    },
  },
  schedules_update: { ...VERSION, body: { trigger: { type: 'every', everyMs: 3_600_000 } } },
  schedules_skipNext: VERSION,
  schedules_backfill: { body: { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z', preview: true } },
  session_signIn: { body: { username: 'anna@example.org', password: 'the password of the link' } },
  session_setPassword: { body: { link: 'cl_live_…', password: 'four words of your own' } },
  session_changePassword: { body: { current: 'the password of the link', password: 'four words of your own' } },
  users_create: { body: { username: 'anna@example.org', displayName: 'Anna Schmidt', role: 'editor' } },
  users_update: { body: { role: 'approver' } },
  users_createLink: { body: { purpose: 'reset' } },
  tasks_cancelByIds: { body: { executionIds: [EXAMPLE_ID] } },
  tasks_cancelByNames: { body: { taskNames: ['task-cleanup'] } },
  tasks_executeApi: { ...CLEANUP_TASK, body: { params: CLEANUP, priority: 'high' } },
  tasks_executeManual: { ...CLEANUP_TASK, body: { params: CLEANUP } },
  tasks_listExecutions: TASK,
  tasks_pause: TASK,
  tasks_resume: TASK,
};

export function addRequestExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const { body, parameters = {} } = REQUEST_EXAMPLES[operation.operationId ?? ''] ?? {};
    const media = (operation.requestBody as RequestBodyObject | undefined)?.content['application/json'];
    if (media && body !== undefined) media.example = body;
    for (const parameter of (operation.parameters ?? []) as ParameterObject[]) {
      if (parameter.name in parameters) parameter.example = parameters[parameter.name];
    }
  }
}
