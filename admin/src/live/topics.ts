export type Topic = 'executions' | 'contents' | 'queues' | 'agents' | 'alerts';

/** The permission that the server asks for. */
export const TOPIC_NEEDS: Readonly<Record<Topic, string>> = {
  executions: 'tasks:read',
  contents: 'content:read',
  queues: 'queues:read',
  agents: 'agents:read',
  alerts: 'alerts:read',
};
