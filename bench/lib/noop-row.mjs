import { v7 as uuidv7 } from 'uuid';

/** A ready task that does nothing, as INSERT_TASKS takes it. */
export const noopRow = (more = {}) => ({
  id: uuidv7(),
  name: 'noop',
  queue: 'default',
  priority: 5,
  params: {},
  maxAttempts: 3,
  maxRejections: 2,
  backoff: { baseMs: 1_000, maxMs: 300_000 },
  timeoutMs: 300_000,
  createdBy: 'bench',
  actor: 'bench',
  trigger: 'api',
  ...more,
});
