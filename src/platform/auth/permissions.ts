/**
 * Every permission that a route can require, and what it allows. A permission with `scope: 'account'` works within the accounts of
 * its holder. One with `scope: 'installation'` reaches the tasks of all accounts, so a principal that is limited to some accounts
 * never holds it.
 */
export const PERMISSIONS = {
  'accounts:read': { scope: 'account', allows: 'list and show accounts' },
  'accounts:create': { scope: 'installation', allows: 'create accounts' },
  'accounts:import': { scope: 'installation', allows: 'create and change accounts from a file' },
  'accounts:edit': { scope: 'account', allows: 'change accounts' },
  'accounts:delete': { scope: 'account', allows: 'delete accounts' },
  'content:read': { scope: 'account', allows: 'list and show content tasks and contents' },
  'content:submit': { scope: 'account', allows: 'submit content tasks, have a content rewritten, poll the creators of tasks' },
  'content:cancel': { scope: 'account', allows: 'cancel content tasks' },
  'content:edit': { scope: 'account', allows: 'edit contents' },
  'content:approve': { scope: 'account', allows: 'approve, return, reject and reopen contents, and undo that' },
  'content:publish': { scope: 'account', allows: 'add contents to the publish pool, move, pull, retry and settle its entries' },
  'content:comment': { scope: 'account', allows: 'add notes to contents, and show that one reads them' },
  'topics:edit': { scope: 'account', allows: 'add, import, suggest, change, reject, restore and delete topics' },
  'tasks:read': { scope: 'account', allows: 'list and show tasks, batches, executions, their logs, audit, files and events' },
  'tasks:submit': { scope: 'installation', allows: 'submit named tasks and batches' },
  'tasks:cancel': { scope: 'account', allows: 'cancel executions' },
  'tasks:retry': { scope: 'account', allows: 'retry executions' },
  'tasks:bulk': { scope: 'account', allows: 'cancel, retry and reprioritise many executions at once' },
  'tasks:delete': { scope: 'installation', allows: 'delete executions that ended' },
  'tasks:pause': { scope: 'installation', allows: 'pause and resume named tasks' },
  'schedules:read': { scope: 'installation', allows: 'list and show schedules, also those of the product, and their history' },
  'schedules:edit': { scope: 'installation', allows: 'create, change and delete schedules of named tasks' },
  'schedules:operate': {
    scope: 'installation',
    allows: 'pause and resume schedules, also those of the product, run them now, skip and back-fill due times',
  },
  'queues:read': { scope: 'installation', allows: 'show queues and their statistics' },
  'queues:operate': { scope: 'installation', allows: 'pause, resume and drain queues, set their strategy, open Bull Board' },
  'limits:read': { scope: 'installation', allows: 'list limits' },
  'limits:set': { scope: 'installation', allows: 'set and remove limits' },
  'budgets:read': { scope: 'account', allows: 'list and show budgets, and what calls of models cost' },
  'budgets:set': { scope: 'installation', allows: 'create, change and remove budgets' },
  'webhooks:read': { scope: 'installation', allows: 'list and show webhooks and their deliveries' },
  'webhooks:manage': { scope: 'installation', allows: 'create, change, test and delete webhooks, and send events again' },
  'alerts:read': { scope: 'installation', allows: 'list and show alerts, their rules and channels' },
  'alerts:operate': { scope: 'installation', allows: 'acknowledge and silence alerts, send samples to their channels' },
  'alerts:edit': { scope: 'installation', allows: 'create, change and delete alert rules and channels' },
  'agents:read': { scope: 'installation', allows: 'list and show agents' },
  'agents:register': { scope: 'installation', allows: 'register and unregister agents' },
  'agents:operate': { scope: 'installation', allows: 'drain, resume and quarantine agents' },
  'agents:work': { scope: 'installation', allows: 'lease tasks and report about them' },
  'keys:manage': { scope: 'account', allows: 'create, list, show and revoke API keys' },
  'users:manage': { scope: 'installation', allows: 'create, list, change and delete users, their links and all sessions' },
  'audit:read': { scope: 'installation', allows: 'list the changes that callers made to anything but tasks' },
  'views:read': { scope: 'account', allows: 'list saved views' },
  'views:edit': { scope: 'account', allows: 'save, replace and delete views' },
  'system:read': { scope: 'installation', allows: 'show versions, migrations, processes and settings without secrets' },
  'docs:read': { scope: 'installation', allows: 'open /docs and /openapi.json in production' },
} as const satisfies Record<string, { scope: 'account' | 'installation'; allows: string }>;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

/** True for a permission that a principal limited to some accounts never holds. */
export function isInstallationWide(permission: Permission): boolean {
  return PERMISSIONS[permission].scope === 'installation';
}
