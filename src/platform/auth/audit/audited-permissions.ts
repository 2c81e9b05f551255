import type { Permission } from '../permissions.ts';

/** What these permissions change is not a task. The audit of tasks records the changes by all others. */
export const AUDITED_PERMISSIONS: readonly Permission[] = [
  'accounts:create',
  'accounts:import',
  'accounts:edit',
  'accounts:delete',
  'content:edit',
  'content:approve',
  'topics:edit',
  'tasks:pause',
  'schedules:edit',
  'schedules:operate',
  'queues:operate',
  'limits:set',
  'budgets:set',
  'webhooks:manage',
  'alerts:operate',
  'alerts:edit',
  'agents:register',
  'agents:operate',
  'keys:manage',
  'users:manage',
  'views:edit',
];

const AUDITED: ReadonlySet<Permission> = new Set(AUDITED_PERMISSIONS);

export function isAudited(permission: Permission, method: string): boolean {
  return AUDITED.has(permission) && method !== 'GET' && method !== 'HEAD';
}
