import { mutant, SQL, fencing, leases, cancel, running, guards, ZOMBIE, DONE } from './mutant.mjs';

/** The statements that settle share one text: the guard is taken from one of them alone. */
const SETTLE_GUARD = 'WHERE t.lease_epoch = r.epoch AND ${guard} ORDER BY';
const withoutEpoch = (reason) =>
  mutant(
    `${reason}: epoch`,
    SQL,
    SETTLE_GUARD,
    `WHERE \${reason === '${reason}' ? 'true' : 't.lease_epoch = r.epoch'} AND \${guard} ORDER BY`,
    fencing,
    ZOMBIE,
  );
const withoutState = (reason) =>
  mutant(
    `${reason}: running`,
    SQL,
    SETTLE_GUARD,
    `WHERE t.lease_epoch = r.epoch AND \${reason === '${reason}' ? 'true' : guard} ORDER BY`,
    guards,
    DONE,
  );

export const settling = ['complete', 'retry', 'fail', 'snooze', 'release'].flatMap((reason) => [
  withoutEpoch(reason),
  withoutState(reason),
]);

export const writing = [
  mutant('progress: epoch', SQL, 'WHERE t.lease_epoch = r.epoch AND ${RUNNING} ORDER BY', 'WHERE ${RUNNING} ORDER BY', fencing, ZOMBIE),
  mutant('progress: running', SQL, 'r.epoch AND ${RUNNING} ORDER BY', 'r.epoch ORDER BY', guards, DONE),
  mutant('logs: epoch', SQL, 't.id = r.id WHERE t.lease_epoch = r.epoch ORDER BY', 't.id = r.id ORDER BY', fencing, ZOMBIE),
  mutant(
    'step: epoch',
    SQL,
    `WHERE t.lease_epoch = r.epoch AND t.status = 'running' ORDER BY`,
    `WHERE t.status = 'running' ORDER BY`,
    fencing,
    ZOMBIE,
  ),
  mutant('step: running', SQL, `r.epoch AND t.status = 'running' ORDER BY`, 'r.epoch ORDER BY', guards, DONE),
  mutant(
    'heartbeat: epoch',
    SQL,
    't.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL ORDER BY',
    't.lease_owner IS NOT NULL ORDER BY',
    fencing,
    ZOMBIE,
  ),
  mutant('heartbeat: leased', SQL, 'r.epoch AND t.lease_owner IS NOT NULL ORDER BY', 'r.epoch ORDER BY', guards, DONE),
  mutant(
    'heartbeat: never the deadline',
    SQL,
    'secs => $3), heartbeat_seq',
    'secs => $3), deadline_at = t.deadline_at + make_interval(secs => $3), heartbeat_seq',
    leases,
    'never moves the deadline',
  ),
];

export const external = [
  mutant(
    'wait: epoch',
    SQL,
    't.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL AND ${RUNNING}',
    't.lease_owner IS NOT NULL AND ${RUNNING}',
    guards,
    'external work',
  ),
  mutant('wait: leased', SQL, 'r.epoch AND t.lease_owner IS NOT NULL AND ${RUNNING}', 'r.epoch AND ${RUNNING}', guards, DONE),
  mutant(
    'poll: by one at a time',
    SQL,
    "SET poll_at = ${LOCKED_AT} + $2::int * interval '1 ms'",
    "SET poll_at = poll_at + $2::int * interval '0 ms'",
    guards,
    'external work',
  ),
  mutant('poll: when due', SQL, 'external_id IS NOT NULL AND poll_at <= app_now()', 'external_id IS NOT NULL', guards, 'external work'),
  mutant(
    'poll: postponed by its epoch',
    SQL,
    'lease_epoch = $2 AND external_id IS NOT NULL',
    '$2::int > 0 AND external_id IS NOT NULL',
    guards,
    'external work',
  ),
];

const ORPHANED = 'releases the tasks of the claim';
export const orphaned = [
  mutant(
    'orphaned: given back',
    'src/workers/pool/task-worker.ts',
    'this.options.orphans.claimFailed(error);\n        failures',
    'failures',
    fencing,
    ORPHANED,
  ),
  mutant('orphaned: of its owner', SQL, `AND t.lease_owner = $2 AND t.queue`, `AND length($2) > 0 AND t.queue`, fencing, ORPHANED),
  mutant(
    'orphaned: of its queue',
    SQL,
    `AND t.queue = ANY ($1::text[]) AND (t.crash_count > 0) = $5::boolean`,
    `AND cardinality($1::text[]) > 0 AND (t.crash_count > 0) = $5::boolean`,
    fencing,
    ORPHANED,
  ),
  mutant('orphaned: of its kind', SQL, `AND (t.crash_count > 0) = $5::boolean`, `AND $5::boolean IS NOT NULL`, fencing, ORPHANED),
  mutant(
    'orphaned: not what runs',
    SQL,
    'known.id = t.id AND known.epoch = t.lease_epoch)',
    'known.id = t.id AND known.epoch < t.lease_epoch)',
    fencing,
    ORPHANED,
  ),
  mutant(
    'orphaned: looked for again',
    'src/engine/recovery/orphaned-claim-recovery.ts',
    'const LOOK_MS = 10_000;',
    'const LOOK_MS = 60;',
    'src/engine/recovery/orphaned-claim-recovery.spec.ts',
    'looks every 250 ms',
  ),
];

export const bumps = [
  mutant('claim: epoch + 1', SQL, 'lease_epoch = t.lease_epoch + 1, heartbeat_seq = 0', 'heartbeat_seq = 0', guards, 'a claim'),
  mutant('claim: attempt + 1', SQL, 'attempt = t.attempt + 1, lease_epoch', 'lease_epoch', guards, 'a claim'),
  mutant('claim: lease', SQL, 'make_interval(secs => $4)`', 'make_interval(days => $4::int)`', guards, 'a claim'),
  mutant(
    'retry: epoch + 1',
    SQL,
    'error = mine.error, lease_epoch = t.lease_epoch + 1`,\n  `${RUNNING}',
    'error = mine.error`,\n  `${RUNNING}',
    running,
    'is tried again after the back-off',
  ),
  mutant(
    'fail: epoch + 1',
    SQL,
    'error = mine.error, lease_epoch = t.lease_epoch + 1, terminal_at',
    'error = mine.error, terminal_at',
    running,
    'is final after the last',
  ),
  mutant(
    'snooze: epoch + 1',
    SQL,
    `attempt = t.attempt - 1, lease_epoch = t.lease_epoch + 1`,
    'attempt = t.attempt - 1',
    running,
    'snooze gives',
  ),
  mutant(
    'release: epoch + 1',
    SQL,
    'release_count = t.release_count + 1, lease_epoch = t.lease_epoch + 1',
    'release_count = t.release_count + 1',
    running,
    'gives an attempt back',
  ),
  mutant(
    'rescue: epoch + 1',
    SQL,
    'crash_count = t.crash_count + 1, lease_epoch = t.lease_epoch + 1',
    'crash_count = t.crash_count + 1',
    leases,
    'gives its tasks back at once',
  ),
  mutant(
    'time-out: epoch + 1',
    SQL,
    '${RANK_AT(LOCKED_AT)}, lease_epoch = t.lease_epoch + 1',
    '${RANK_AT(LOCKED_AT)}',
    cancel,
    'the sweeper',
  ),
  mutant(
    'expire: epoch + 1',
    SQL,
    `status = 'timeout', terminal_at = \${LOCKED_AT}, lease_epoch = t.lease_epoch + 1`,
    `status = 'timeout', terminal_at = \${LOCKED_AT}`,
    cancel,
    'the sweeper',
  ),
  mutant(
    'cancel: epoch + 1',
    SQL,
    `status = 'cancelled', terminal_at = \${LOCKED_AT}, lease_epoch = t.lease_epoch + 1`,
    `status = 'cancelled', terminal_at = \${LOCKED_AT}`,
    cancel,
    'cancelling by id',
  ),
];
