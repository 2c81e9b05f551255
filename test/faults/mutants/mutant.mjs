/** Where the guards are, and the tests that know them. */
export const SQL = 'src/engine/{*,*/*}.sql.ts';
export const TASKS = 'migrations/1796000000001-tasks.ts';
export const TRANSITIONS = 'migrations/1796000000002-transitions.ts';
export const DEPENDENCIES = 'migrations/1796000000003-dependencies-and-batches.ts';
export const DEPENDENTS = 'migrations/1796000000097-dependents-by-key.ts';
export const SUBMITTED_INDEX = 'migrations/1796000000095-index-of-submitted-tasks.ts';
export const CHEAPER_TRANSITIONS = 'migrations/1796000000094-cheaper-transitions.ts';
export const EVENTS_SQL = 'src/results/events/event.sql.ts';
export const DELIVERY_SQL = 'src/results/webhooks/delivery.sql.ts';
export const RESULTS = 'src/results/result.service.ts';
export const REPOSITORY = 'src/engine/attempt-store.ts';
export const BATCHER = 'src/platform/database/statement-batcher.ts';
export const SERVICE = 'src/tasks/service/task.service.ts';
export const NEW_TASK = 'src/tasks/service/new-task.ts';
export const REUSED_KEYS = 'src/tasks/service/reused-keys.ts';
export const RESCUE_POLICY = 'src/core/task/rescue-policy.ts';
export const fencing = ['fencing', 'lost-answers', 'effects'].map((name) => `test/engine/${name}.int-spec.ts`);
export const leases = 'test/engine/leases.int-spec.ts';
export const cancel = 'test/engine/cancel.int-spec.ts';
export const running = ['running', 'handler-outcomes', 'handler-inputs'].map((name) => `test/engine/${name}.int-spec.ts`);
export const submit = 'test/engine/submit.int-spec.ts';
export const transitions = 'test/engine/transitions.int-spec.ts';
export const dependencies = 'test/engine/dependencies.int-spec.ts';
export const guards = 'test/faults/guards.int-spec.ts';
export const locks = 'test/faults/locks.int-spec.ts';
export const dependents = 'test/faults/dependents.int-spec.ts';
export const manualRetry = 'test/faults/manual-retry.int-spec.ts';
export const lockWaits = 'test/faults/lock-waits.int-spec.ts';
export const deliveries = 'test/results/events.int-spec.ts';
export const batcher = 'src/platform/database/statement-batcher.spec.ts';
export const idempotency = 'test/engine/idempotency.int-spec.ts';
export const rescuePolicy = 'src/core/task/rescue-policy.spec.ts';
export const ZOMBIE = 'a zombie changes nothing after';
export const DONE = 'an owner whose attempt is over';

/** `find` occurs exactly once in the files of the pattern `file`; `only` picks tests by their names. */
export const mutant = (name, file, find, replace, tests, only) => ({ name, file, find, replace, tests: [tests].flat(2), only });
