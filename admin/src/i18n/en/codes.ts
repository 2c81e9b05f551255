/** Codes of failures: those of creators, of the engine and of channels. */
export const errorCodes = {
  transient: 'Failed for the moment',
  rate_limited: 'Too many requests',
  timeout: 'No answer in time',
  invalid_input: 'The request is not usable',
  invalid_output: 'The result is not usable',
  insufficient_material: 'Too little material',
  rejected: 'Rejected',
  rejected_content: 'The content was rejected',
  budget_exceeded: 'The budget is used up',
  unknown_outcome: 'Outcome unknown',
  incompatible: 'The creator does not understand the request',
  nothing_to_write: 'Nothing to write',
  cancelled: 'Cancelled',
  crashed: 'The process crashed',
  internal: 'Error in the program',
} as Record<string, string>;

/** How a content was made, by the first words of the method that the server names. */
export const methods = {
  'language model': 'A language model wrote it',
  'extractive digest': 'A digest of sentences of the sources, without a model',
  'a list of own': 'A list of own articles with a quoted sentence each, without a model',
  'writing kit': 'A writing kit for an author, without a model',
  'a template and named': 'Computed from the cells of a table, without a model',
  'another system': 'Another system wrote it',
  simulation: 'A simulation for tests, without a model',
} as Record<string, string>;

/** The checks of the health report. */
export const checks = {
  'database.write': 'Database: writing',
  'database.latency': 'Database: latency',
  'database.pools': 'Database: connections',
  'database.clock': 'Database: clock',
  'loops.late': 'Background work: in time',
  'loops.stuck': 'Background work: no hang',
  'queue.driver': 'Queue driver',
  'process.accepting': 'Accepts requests',
  'process.memory': 'Memory',
  'process.event_loop': 'Event loop',
  'queues.backlog': 'Queues: backlog',
  'queues.oldest': 'Queues: oldest task',
  'queues.handlers': 'Queues: handlers',
  'queues.paused': 'Queues: paused',
  'tasks.failures': 'Tasks: failures',
  'tasks.timeouts': 'Tasks: timeouts',
  'tasks.rescue': 'Tasks: overdue leases',
  'workers.online': 'Workers: online',
  'agents.offline': 'Agents: lost',
  'agents.quarantine': 'Agents: quarantined',
  'publishing.overdue': 'Publishing: late',
  'publishing.failed': 'Publishing: failed',
  'publishing.outcome': 'Publishing: unknown outcome',
  'webhooks.paused': 'Webhooks: paused',
  'webhooks.failing': 'Webhooks: failing',
} as Record<string, string>;
