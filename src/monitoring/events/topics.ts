import type { Permission } from '../../platform/auth/permissions.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { ProblemError } from '../../platform/http/problem.ts';

export const TOPICS = ['executions', 'contents', 'pool', 'queues', 'agents', 'schedules', 'alerts'] as const;
export type Topic = (typeof TOPICS)[number];

const NEEDS: Readonly<Record<Topic, Permission>> = {
  executions: 'tasks:read',
  contents: 'content:read',
  pool: 'content:read',
  queues: 'queues:read',
  agents: 'agents:read',
  schedules: 'schedules:read',
  alerts: 'alerts:read',
};

/** @throws {ProblemError} 403 `topic_forbidden` when the caller may not read what a topic shows */
export function allowedTopics(wanted: readonly Topic[], { permissions }: Pick<Principal, 'permissions'>): ReadonlySet<Topic> {
  const forbidden = wanted.filter((topic) => !permissions.has(NEEDS[topic]));
  if (forbidden.length === 0) return new Set(wanted);
  throw ProblemError.forbidden('topic_forbidden', `The topic ${forbidden.join(', ')} is not for this caller.`, {
    detail: `It needs ${forbidden.map((topic) => NEEDS[topic]).join(', ')}. Ask for ${TOPICS.filter((topic) => permissions.has(NEEDS[topic])).join(',') || 'no topic'}.`,
    errors: [{ pointer: '/topics', code: 'topic_forbidden', detail: `${forbidden.join(', ')} is not for this caller` }],
  });
}
