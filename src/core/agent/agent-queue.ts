/** Of tasks that agents run and that name no other queue. */
export const AGENT_QUEUE = 'agents';

/** Whether the tasks of a queue are leased over HTTP: no worker of a process claims from it. */
export function isAgentQueue(name: string): boolean {
  return name === AGENT_QUEUE || name.startsWith(`${AGENT_QUEUE}-`);
}
