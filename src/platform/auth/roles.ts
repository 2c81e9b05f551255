import { ALL_PERMISSIONS, isInstallationWide, type Permission } from './permissions.ts';

const READ: readonly Permission[] = [
  'accounts:read',
  'content:read',
  'budgets:read',
  'tasks:read',
  'schedules:read',
  'queues:read',
  'limits:read',
  'alerts:read',
  'agents:read',
  'views:read',
];

/**
 * Named sets of permissions. They have no order: an approver need not be able to edit, so that a content can be written and
 * approved by different people. A key may have several roles.
 */
export const ROLE_PERMISSIONS = {
  viewer: READ,
  editor: [
    ...READ,
    'accounts:create',
    'accounts:import',
    'accounts:edit',
    'accounts:delete',
    'content:submit',
    'content:cancel',
    'content:edit',
    'content:comment',
    'content:publish',
    'topics:edit',
    'views:edit',
  ],
  approver: [...READ, 'content:approve', 'content:comment', 'content:publish', 'views:edit'],
  operator: [
    ...READ,
    'content:cancel',
    'tasks:submit',
    'tasks:cancel',
    'tasks:retry',
    'tasks:bulk',
    'tasks:delete',
    'tasks:pause',
    'schedules:edit',
    'schedules:operate',
    'queues:operate',
    'limits:set',
    'budgets:set',
    'webhooks:read',
    'webhooks:manage',
    'alerts:operate',
    'alerts:edit',
    'agents:register',
    'agents:operate',
    'audit:read',
    'views:edit',
    'system:read',
  ],
  /** Leasing is left out: only an agent may report about its own leases. */
  admin: ALL_PERMISSIONS.filter((permission) => permission !== 'agents:work'),
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof ROLE_PERMISSIONS;

export const ROLES = Object.keys(ROLE_PERMISSIONS) as Role[];

/** An agent may work, and register and unregister itself. */
export const AGENT_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>(['agents:work', 'agents:register']);

/** What the holder of these roles may do. `accountIds`: the accounts that it is limited to, null for all. */
export function permissionsOf(roles: readonly Role[], accountIds: readonly string[] | null): ReadonlySet<Permission> {
  const all: readonly Permission[] = roles.flatMap((role) => ROLE_PERMISSIONS[role]);
  return new Set(accountIds === null ? all : all.filter((permission) => !isInstallationWide(permission)));
}

/** The roles that have a permission. */
export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter((role) => (ROLE_PERMISSIONS[role] as readonly Permission[]).includes(permission));
}
