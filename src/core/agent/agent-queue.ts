/** The default queue of tasks that agents run. */
export const AGENT_QUEUE = 'agents';

/** True for queues whose tasks are leased over HTTP. In-process workers do not claim from them. */
export function isAgentQueue(name: string): boolean {
  return name === AGENT_QUEUE || name.startsWith(`${AGENT_QUEUE}-`);
}
