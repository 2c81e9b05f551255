import type { Permission } from '../permissions.ts';

/** What these permissions change is not a task. The audit of tasks records the changes by all others. */
export const AUDITED_PERMISSIONS: readonly Permission[] = [
  'accounts:create',
  'accounts:edit',
  'accounts:delete',
  'content:edit',
  'content:approve',
  'tasks:pause',
  'queues:operate',
  'limits:set',
  'agents:register',
  'agents:operate',
  'keys:manage',
];

const AUDITED: ReadonlySet<Permission> = new Set(AUDITED_PERMISSIONS);

export function isAudited(permission: Permission, method: string): boolean {
  return AUDITED.has(permission) && method !== 'GET' && method !== 'HEAD';
}
