import {
  IconBell,
  IconBooks,
  IconBulb,
  IconCalendarWeek,
  IconChecklist,
  IconClockPlay,
  IconCpu,
  IconHeartbeat,
  IconHistory,
  IconListDetails,
  IconSend,
  IconSettings,
  IconStack2,
  IconSun,
  IconTemplate,
  IconUsers,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { Messages } from '../i18n/en/index.ts';
import type { Topic } from '../live/topics.ts';

export interface NavItem {
  to: string;
  key: keyof Messages['nav'];
  icon: Icon;
  /** What a reader of the page needs; without it the page says so. */
  permission?: string;
  /** What the page shows of the event stream, besides executions. */
  topics?: readonly Topic[];
  /** The second key after `g`. */
  go?: string;
}

export const EDITOR: readonly NavItem[] = [
  { to: '/', key: 'today', icon: IconSun, topics: ['contents', 'pool'], go: 't' },
  { to: '/topics', key: 'topics', icon: IconBulb, permission: 'content:read', topics: ['contents'], go: 'o' },
  { to: '/calendar', key: 'calendar', icon: IconCalendarWeek, permission: 'content:read', topics: ['contents', 'pool'], go: 'c' },
  { to: '/review', key: 'review', icon: IconChecklist, permission: 'content:read', topics: ['contents'], go: 'r' },
  { to: '/contents', key: 'contents', icon: IconBooks, permission: 'content:read', topics: ['contents', 'pool'], go: 'n' },
  { to: '/pool', key: 'pool', icon: IconSend, permission: 'content:read', topics: ['contents', 'pool'], go: 'p' },
  { to: '/accounts', key: 'accounts', icon: IconUsers, permission: 'accounts:read', topics: ['pool'], go: 'a' },
];

export const OPERATOR: readonly NavItem[] = [
  { to: '/executions', key: 'executions', icon: IconListDetails, permission: 'tasks:read', go: 'e' },
  { to: '/tasks', key: 'tasks', icon: IconTemplate, permission: 'tasks:read', go: 'k' },
  { to: '/queues', key: 'queues', icon: IconStack2, permission: 'queues:read', topics: ['queues'], go: 'q' },
  { to: '/workers', key: 'workers', icon: IconCpu, permission: 'agents:read', topics: ['agents'], go: 'w' },
  { to: '/schedules', key: 'schedules', icon: IconClockPlay, permission: 'schedules:read', topics: ['schedules'], go: 's' },
  { to: '/alerts', key: 'alerts', icon: IconBell, permission: 'alerts:read', topics: ['alerts'], go: 'l' },
  { to: '/webhooks', key: 'webhooks', icon: IconWebhook, permission: 'webhooks:read', go: 'b' },
  { to: '/audit', key: 'audit', icon: IconHistory, permission: 'audit:read', go: 'u' },
  { to: '/health', key: 'health', icon: IconHeartbeat, go: 'h' },
  { to: '/settings', key: 'settings', icon: IconSettings },
];

export const PAGES: readonly NavItem[] = [...EDITOR, ...OPERATOR];

/** The page that a path below /admin belongs to. */
export function pageOf(path: string): NavItem | undefined {
  const clean = path.replace(/^\/admin(?=\/|$)/, '') || '/';
  return PAGES.find(({ to }) => (to === '/' ? clean === '/' : clean === to || clean.startsWith(`${to}/`)));
}

/** The roles that hold a permission, for the page that says which one is missing (src/platform/auth/roles.ts). */
export function rolesWith(permission: string): readonly string[] {
  if (permission.startsWith('webhooks:') || permission.startsWith('audit:')) return ['operator', 'admin'];
  if (permission.startsWith('keys:') || permission.startsWith('users:')) return ['admin'];
  return ['viewer', 'editor', 'approver', 'operator', 'admin'];
}
