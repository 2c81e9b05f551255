/** Answers of the server, without the fields that the CLI does not read. */
export const EXECUTION_ID = '01926f5e-7a3b-7c11-9d2e-4f60718293a4';
export const CONTENT_ID = '01926f5e-7a3b-7c11-9d2e-4f60718293a5';
export const ACCOUNT_ID = '01926f5e-7a3b-7c11-9d2e-4f60718293a6';

export function execution(fields: object = {}) {
  return {
    executionId: EXECUTION_ID,
    taskName: 'content-generation',
    status: 'running',
    phase: 'running',
    queue: 'default',
    priority: 5,
    attempt: 1,
    maxAttempts: 3,
    progress: 25,
    step: 'draft',
    params: {},
    result: null,
    error: null,
    createdAt: '2026-11-23T01:00:12.000Z',
    runAt: null,
    startedAt: '2026-11-23T01:00:13.000Z',
    finishedAt: null,
    nextAttemptAt: null,
    deadlineAt: null,
    worker: 'pool-1',
    createdBy: { type: 'key', id: '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0eff', name: 'admin' },
    ...fields,
  };
}

export const COMPLETED = execution({ status: 'completed', phase: null, progress: 100, step: null });

export function contentTask(fields: object = {}) {
  return {
    taskId: 'task-1',
    executionId: EXECUTION_ID,
    contentId: null,
    status: 'submitted',
    topic: 'WAL',
    priority: 5,
    submittedAt: null,
    ...fields,
  };
}

export const CONTENT = {
  id: CONTENT_ID,
  title: '数据库日志入门',
  kind: 'digest',
  wordCount: 812,
  qualityScore: 88,
  reviewStatus: 'approved',
  bodyMarkdown: '# 数据库日志入门\n\nText.',
  bodyHtml: '<h1>数据库日志入门</h1>',
  checks: [{ code: 'missing_keyword', severity: 'warn', detail: 'The keyword "check\u001b[2Jpoint" does not occur.', points: 4 }],
  previewUrl: 'http://127.0.0.1:3000/contents/1/preview?expires=1&signature=s',
  createdAt: '2026-11-23T01:00:12.000Z',
};
