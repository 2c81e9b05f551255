/** An address of the admin pages, and what is there once it has loaded. EXECUTION and SCHEDULE are replaced by ids of the test. */
export interface PageCase {
  readonly path: string;
  readonly settled: string;
}

export const PAGES: readonly PageCase[] = [
  { path: '/admin/', settled: 'main section h2' },
  { path: '/admin/review', settled: 'main h2' },
  { path: '/admin/contents', settled: 'main h2' },
  { path: '/admin/contents?generate=1', settled: '[role="dialog"] h2 + p, [role="dialog"] p' },
  { path: '/admin/executions', settled: 'tr[data-id]' },
  { path: '/admin/executions?since=7d&status=failed&sel=EXECUTION', settled: 'aside [role="log"] [data-level="error"]' },
  { path: '/admin/executions/EXECUTION', settled: '[role="log"] [data-level="error"]' },
  { path: '/admin/executions/EXECUTION?tab=errors', settled: 'main h2 time' },
  { path: '/admin/executions/EXECUTION?tab=events', settled: 'tr[data-id]' },
  { path: '/admin/tasks', settled: 'tr[data-id]' },
  { path: '/admin/tasks/quick', settled: 'main dl' },
  { path: '/admin/tasks?run=quick', settled: '[role="dialog"] textarea' },
  { path: '/admin/queues?sel=content', settled: 'aside dl' },
  { path: '/admin/workers', settled: 'tr[data-id]' },
  { path: '/admin/schedules?sel=SCHEDULE', settled: 'aside dl' },
  { path: '/admin/schedules?kind=system&sel=promoter', settled: 'aside dl' },
  { path: '/admin/alerts', settled: 'main h2, tr[data-id]' },
  { path: '/admin/alerts?tab=rules', settled: 'tr[data-id]' },
  { path: '/admin/alerts?tab=channels', settled: 'main h2' },
  { path: '/admin/webhooks', settled: 'tr[data-id]' },
  { path: '/admin/audit', settled: 'tr[data-id]' },
  { path: '/admin/health', settled: 'article h2' },
  { path: '/admin/settings', settled: 'main dl' },
  { path: '/admin/settings?tab=keys', settled: 'tr[data-id]' },
  { path: '/admin/settings?tab=users', settled: 'main h2, table' },
  { path: '/admin/settings?tab=creators', settled: 'tr[data-id]' },
  { path: '/admin/settings?tab=channels', settled: 'tr[data-id]' },
  { path: '/admin/settings?tab=budgets', settled: 'tr[data-id]' },
  { path: '/admin/settings?tab=limits', settled: 'main h2, tr[data-id]' },
  { path: '/admin/calendar', settled: 'main h2' },
  { path: '/admin/calendar?view=month', settled: 'main h2' },
  { path: '/admin/topics', settled: 'main h2' },
  { path: '/admin/pool', settled: 'main h2' },
  { path: '/admin/accounts', settled: 'main h2' },
  { path: '/admin/nowhere', settled: 'main h1' },
];
