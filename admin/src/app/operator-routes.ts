import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { alertsSearch } from '../pages/alerts/search.ts';
import { auditSearch } from '../pages/audit/search.ts';
import { executionSearch } from '../pages/execution/search.ts';
import { executionsSearch } from '../pages/executions/search.ts';
import { schedulesSearch } from '../pages/schedules/search.ts';
import { settingsSearch } from '../pages/settings/search.ts';
import { tasksSearch } from '../pages/tasks/search.ts';
import { rootRoute } from './root-route.tsx';
import { selectionSearch } from './search-params.ts';

const getParentRoute = () => rootRoute;

export const operatorRoutes = [
  createRoute({
    getParentRoute,
    path: '/executions',
    validateSearch: executionsSearch,
    component: lazyRouteComponent(() => import('../pages/executions/executions-page.tsx'), 'ExecutionsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/executions/$executionId',
    validateSearch: executionSearch,
    component: lazyRouteComponent(() => import('../pages/execution/execution-page.tsx'), 'ExecutionPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tasks',
    validateSearch: tasksSearch,
    component: lazyRouteComponent(() => import('../pages/tasks/tasks-page.tsx'), 'TasksPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tasks/$taskName',
    component: lazyRouteComponent(() => import('../pages/tasks/task-page.tsx'), 'TaskPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/queues',
    validateSearch: selectionSearch,
    component: lazyRouteComponent(() => import('../pages/queues/queues-page.tsx'), 'QueuesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/workers',
    validateSearch: selectionSearch,
    component: lazyRouteComponent(() => import('../pages/workers/workers-page.tsx'), 'WorkersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/schedules',
    validateSearch: schedulesSearch,
    component: lazyRouteComponent(() => import('../pages/schedules/schedules-page.tsx'), 'SchedulesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/alerts',
    validateSearch: alertsSearch,
    component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/webhooks',
    validateSearch: selectionSearch,
    component: lazyRouteComponent(() => import('../pages/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/audit',
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/health',
    component: lazyRouteComponent(() => import('../pages/health/health-page.tsx'), 'HealthPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/settings',
    validateSearch: settingsSearch,
    component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
  }),
] as const;
