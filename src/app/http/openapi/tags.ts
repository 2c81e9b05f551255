/** The groups of routes, in the order in which a reader needs them. */
export const TAGS = [
  { name: 'tasks', description: 'Named tasks: run, watch, pause and cancel them.' },
  { name: 'executions', description: 'Every run of a task: state, log, audit, files, retry, and acts on many at once.' },
  { name: 'batches', description: 'Many tasks submitted together, which may wait for each other.' },
  { name: 'queues', description: 'Queues: how full they are, pause, resume, drain, and their order.' },
  { name: 'limits', description: 'How many tasks of a key run at once, and how many start in a period.' },
  { name: 'content tasks', description: 'Requests for content.' },
  { name: 'contents', description: 'Generated contents: read, edit, preview.' },
  { name: 'accounts', description: 'Publishing accounts: their voice, sections and sources.' },
  { name: 'agents', description: 'The registry of programs that run tasks.' },
  { name: 'agent work', description: 'What an agent calls with its own token: lease, heartbeat, log, complete, fail.' },
  { name: 'events', description: 'Server-sent events.' },
  { name: 'health', description: 'Probes for balancers and Kubernetes.' },
  { name: 'index', description: 'Links to everything else.' },
];
