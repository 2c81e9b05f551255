import { type Content, type ContentTask } from './content-client.ts';

/** What one account has. */
export interface Holdings {
  account: string;
  content: Content;
  /** Of the content. */
  ended: ContentTask;
  waiting: ContentTask;
  channelId: string;
  /** In the publish pool. */
  entryId: string;
  budgetId: string;
  topicId: string;
}

const ANY_VERSION = { 'if-match': '*' };
const CSV = { ...ANY_VERSION, 'content-type': 'application/octet-stream' };

/** Routes of one object: the path for what an account has, and a body. */
export const OBJECTS: Record<string, [(of: Holdings) => string, body?: unknown, headers?: Record<string, string>]> = {
  'GET /accounts/:id': [({ account }) => `/accounts/${account}`],
  'PATCH /accounts/:id': [({ account }) => `/accounts/${account}`, { owner: 'me' }, { 'if-match': '"v1"' }],
  'DELETE /accounts/:id': [({ account }) => `/accounts/${account}`],
  'GET /contents/:id': [({ content }) => `/contents/${content.id}`],
  'PATCH /contents/:id': [({ content }) => `/contents/${content.id}`, { title: 'Mine' }, { 'if-match': '"v1"' }],
  'GET /accounts/:id/check': [({ account }) => `/accounts/${account}/check`],
  'GET /contents/:id/attachments': [({ content }) => `/contents/${content.id}/attachments`],
  'POST /contents/:id/attachments': [({ content }) => `/contents/${content.id}/attachments?name=a.csv`, 'a,b', CSV],
  'GET /contents/:id/attachments/:name': [({ content }) => `/contents/${content.id}/attachments/a.csv`],
  'DELETE /contents/:id/attachments/:name': [({ content }) => `/contents/${content.id}/attachments/a.csv`, undefined, ANY_VERSION],
  'GET /contents/:id/cover.svg': [({ content }) => `/contents/${content.id}/cover.svg`],
  'GET /contents/:id/versions': [({ content }) => `/contents/${content.id}/versions`],
  'GET /contents/:id/diff': [({ content }) => `/contents/${content.id}/diff`],
  'GET /contents/:id/reviews': [({ content }) => `/contents/${content.id}/reviews`],
  'GET /contents/:id/notes': [({ content }) => `/contents/${content.id}/notes`],
  'POST /contents/:id/notes': [({ content }) => `/contents/${content.id}/notes`, { text: 'Mine.' }],
  'POST /contents/:id/submit': [({ content }) => `/contents/${content.id}/submit`, {}, ANY_VERSION],
  'POST /contents/:id/approve': [({ content }) => `/contents/${content.id}/approve`, {}, ANY_VERSION],
  'POST /contents/:id/return': [({ content }) => `/contents/${content.id}/return`, { reasons: ['style'] }, ANY_VERSION],
  'POST /contents/:id/reject': [({ content }) => `/contents/${content.id}/reject`, { reasons: ['style'] }, ANY_VERSION],
  'POST /contents/:id/reopen': [({ content }) => `/contents/${content.id}/reopen`, {}, ANY_VERSION],
  'POST /contents/:id/undo': [({ content }) => `/contents/${content.id}/undo`, undefined, ANY_VERSION],
  'PUT /contents/:id/presence': [({ content }) => `/contents/${content.id}/presence`],
  'POST /contents/:id/rewrite': [({ content }) => `/contents/${content.id}/rewrite`, {}, ANY_VERSION],
  'POST /contents/:id/publish': [({ content }) => `/contents/${content.id}/publish`, {}],
  'GET /accounts/:id/channels': [({ account }) => `/accounts/${account}/channels`],
  'POST /accounts/:id/channels': [({ account }) => `/accounts/${account}/channels`, { name: 'x', kind: 'file', config: {} }],
  'PATCH /accounts/:id/channels/:channelId': [
    ({ account, channelId }) => `/accounts/${account}/channels/${channelId}`,
    { enabled: false },
    ANY_VERSION,
  ],
  'DELETE /accounts/:id/channels/:channelId': [({ account, channelId }) => `/accounts/${account}/channels/${channelId}`],
  'POST /accounts/:id/channels/:channelId/probe': [({ account, channelId }) => `/accounts/${account}/channels/${channelId}/probe`],
  'GET /accounts/:id/prompts': [({ account }) => `/accounts/${account}/prompts`],
  'PUT /accounts/:id/prompts/:name': [({ account }) => `/accounts/${account}/prompts/outline`, { text: 'Mine.' }],
  'DELETE /accounts/:id/prompts/:name': [({ account }) => `/accounts/${account}/prompts/outline`],
  'GET /pool/:id': [({ entryId }) => `/pool/${entryId}`],
  'GET /pool/:id/history': [({ entryId }) => `/pool/${entryId}/history`],
  'PATCH /pool/:id': [({ entryId }) => `/pool/${entryId}`, { priority: 1 }, ANY_VERSION],
  'POST /pool/:id/publish-now': [({ entryId }) => `/pool/${entryId}/publish-now`, undefined, ANY_VERSION],
  'POST /pool/:id/pull': [({ entryId }) => `/pool/${entryId}/pull`, {}, ANY_VERSION],
  'POST /pool/:id/restore': [({ entryId }) => `/pool/${entryId}/restore`, undefined, ANY_VERSION],
  'POST /pool/:id/retry': [({ entryId }) => `/pool/${entryId}/retry`, {}, ANY_VERSION],
  'POST /pool/:id/settle': [({ entryId }) => `/pool/${entryId}/settle`, { published: false }, ANY_VERSION],
  'GET /budgets/:id': [({ budgetId }) => `/budgets/${budgetId}`],
  'GET /topics/:id': [({ topicId }) => `/topics/${topicId}`],
  'PATCH /topics/:id': [({ topicId }) => `/topics/${topicId}`, { section: 'news' }, ANY_VERSION],
  'POST /topics/:id/reject': [({ topicId }) => `/topics/${topicId}/reject`, {}, ANY_VERSION],
  'POST /topics/:id/restore': [({ topicId }) => `/topics/${topicId}/restore`, undefined, ANY_VERSION],
  'DELETE /topics/:id': [({ topicId }) => `/topics/${topicId}`, undefined, ANY_VERSION],
  'GET /content-tasks/:taskId': [({ ended }) => `/content-tasks/${ended.taskId}`],
  'GET /content-tasks/:taskId/work': [({ ended }) => `/content-tasks/${ended.taskId}/work`],
  'POST /content-tasks/:taskId/poll': [({ ended }) => `/content-tasks/${ended.taskId}/poll`],
  'DELETE /content-tasks/:taskId': [({ waiting }) => `/content-tasks/${waiting.taskId}`],
  'GET /executions/:executionId': [({ ended }) => `/executions/${ended.executionId}`],
  'POST /executions/:executionId/retry': [({ ended }) => `/executions/${ended.executionId}/retry`, {}],
  'GET /executions/:executionId/logs': [({ ended }) => `/executions/${ended.executionId}/logs`],
  'GET /executions/:executionId/logs.txt': [({ ended }) => `/executions/${ended.executionId}/logs.txt`],
  'GET /executions/:executionId/logs/stream': [({ ended }) => `/executions/${ended.executionId}/logs/stream`],
  'GET /executions/:executionId/audit': [({ ended }) => `/executions/${ended.executionId}/audit`],
  'GET /executions/:executionId/why': [({ ended }) => `/executions/${ended.executionId}/why`],
  'GET /executions/:executionId/report': [({ ended }) => `/executions/${ended.executionId}/report`],
  'GET /executions/:executionId/artifacts': [({ ended }) => `/executions/${ended.executionId}/artifacts`],
  'GET /executions/:executionId/artifacts/:name': [({ ended }) => `/executions/${ended.executionId}/artifacts/x`],
  'GET /tasks/running/execution/:executionId': [({ ended }) => `/tasks/running/execution/${ended.executionId}`],
  'GET /queues/:name/tasks/:executionId': [({ ended }) => `/queues/content/tasks/${ended.executionId}`],
  'DELETE /queues/:name/tasks/:executionId': [({ waiting }) => `/queues/content/tasks/${waiting.executionId}`],
  'POST /queues/:name/tasks/:executionId/retry': [({ ended }) => `/queues/content/tasks/${ended.executionId}/retry`],
};

export const LISTS: Record<string, string> = {
  'GET /accounts': '/accounts',
  'GET /contents': '/contents',
  'GET /reviews': '/reviews',
  'GET /pool': '/pool',
  'GET /budgets': '/budgets',
  'GET /topics': '/topics',
  'GET /content-tasks': '/content-tasks',
  'GET /executions': '/executions',
  'GET /tasks/running/:taskName': '/tasks/running/content-generation',
};

/** Routes with a test of their own below, or in keys.e2e-spec.ts. */
export const OTHERS = [
  'POST /content-tasks',
  'POST /topics',
  'POST /topics/import',
  'POST /topics/suggest',
  'POST /executions/bulk',
  'GET /executions/counts', // test/executions/lists.e2e-spec.ts
  'GET /contents/counts',
  'GET /tasks/:taskName/stats', // test/executions/lists.e2e-spec.ts
  'DELETE /tasks/executions/cancel/all',
  'DELETE /tasks/executions/cancel/by-ids',
  'DELETE /tasks/executions/cancel/by-task-names',
  'GET /events',
  'GET /pool/status',
  'GET /accounts/export', // test/api/account-files.e2e-spec.ts
  'GET /usage',
  'GET /creator-work', // test/content/task-status-poller.e2e-spec.ts
  'GET /creator-work/stats',
  'POST /creator-work/poll',
  'GET /batches/:batchId',
  'GET /batches/:batchId/report',
  'DELETE /batches/:batchId',
  'GET /views', // test/api/views.e2e-spec.ts
  'POST /views',
  'PUT /views/:id',
  'DELETE /views/:id',
  'GET /keys',
  'POST /keys',
  'GET /keys/:keyId',
  'DELETE /keys/:keyId',
];
/** They show definitions and creators, or read a source of the request: these belong to no account. */
export const NOTHING_OF_AN_ACCOUNT = [
  'POST /sources/check',
  'GET /tasks',
  'GET /tasks/:taskName',
  'GET /tasks/paused',
  'GET /creators',
  'GET /channels',
];
