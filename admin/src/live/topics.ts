export type Topic = 'executions' | 'contents' | 'pool' | 'queues' | 'agents' | 'schedules' | 'alerts';

/** The permission that the server asks for. */
export const TOPIC_NEEDS: Readonly<Record<Topic, string>> = {
  executions: 'tasks:read',
  contents: 'content:read',
  pool: 'content:read',
  queues: 'queues:read',
  agents: 'agents:read',
  schedules: 'schedules:read',
  alerts: 'alerts:read',
};
