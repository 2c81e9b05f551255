/** The groups of routes, in reading order. */
export const TAGS = [
  { name: 'tasks', description: 'Named tasks: run, list, pause and cancel them.' },
  { name: 'executions', description: 'Single runs of a task: state, log, audit, files, retry, and bulk operations.' },
  { name: 'batches', description: 'Many tasks submitted together, with dependencies between them.' },
  { name: 'queues', description: 'Queues: waiting tasks, pause, resume, drain, and dispatch strategy.' },
  { name: 'limits', description: 'Limits on the running tasks and the start rate of a key.' },
  { name: 'content tasks', description: 'Requests for content.' },
  { name: 'contents', description: 'Generated contents: read, edit, preview.' },
  { name: 'reviews', description: 'What waits for a review, decisions about contents, their history and notes.' },
  { name: 'accounts', description: 'Publishing accounts: their voice, sections and sources.' },
  { name: 'agents', description: 'The registry of agents and processes that run tasks.' },
  { name: 'agent work', description: 'The requests of an agent with its own token: lease, heartbeat, log, complete, fail.' },
  { name: 'keys', description: 'API keys: create, list, show and revoke them.' },
  { name: 'audit', description: 'Changes that callers made to anything but tasks.' },
  { name: 'events', description: 'Server-sent events.' },
  { name: 'health', description: 'Probes for balancers and Kubernetes.' },
  { name: 'index', description: 'Links to everything else.' },
];
