import { AGENT, ISOLATED } from '../core/task/lease-owner.ts';
import { CLAIMED_COLUMNS } from './claim.sql.ts';
import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';
import { headStart } from './rank.sql.ts';

/**
 * Every statement that moves a task, by the name of its transition (core/task/states.ts).
 *
 * - Many rows at a time. Rows travel as one JSON parameter; a batch of 250 costs 80 µs of CPU per drained task, one by
 *   one costs 1,000.
 * - Fenced: whoever writes about an attempt names its epoch; zero rows mean the lease was lost.
 * - Rows are locked in the order of their ids before they change (458 of 480 unordered batches deadlocked, 0 of 480
 *   ordered), FOR NO KEY UPDATE, which rows being inserted beside them do not hinder.
 * - Times are compared with app_now(), the start of the transaction, and written by app_clock(), read once all rows are
 *   locked (platform/database/locked-clock.ts).
 * - No LIMIT $n beside a join: for a plan kept over many calls PostgreSQL takes it as a tenth of the table and reads all
 *   of it (measured: a claim of 250 among 40,000 took 14 instead of 4 ms). Sweeps have a constant, claims an array.
 */

/** Rows a sweep or a bulk cancel moves in one statement. */
export const SWEEP_ROWS = 500;

/** $1 rows. Rows that met an earlier one (id or key) do not return. */
export const INSERT_TASKS = `
  WITH clock AS MATERIALIZED (SELECT app_clock() AS now)
  INSERT INTO tasks (id, name, queue, status, priority, rank, run_at, params, max_attempts, max_rejections, backoff, timeout_ms, expires_at,
                     open_dependencies, parent_id, limit_keys, capabilities, dispatch_group, created_by, actor, trigger, idempotency_key, request_hash, created_at)
  SELECT id, name, queue, CASE WHEN "runAt" > clock.now OR "openDependencies" > 0 THEN 'pending' ELSE 'submitted' END, priority,
         greatest("runAt", clock.now) - ${headStart('queue', 'priority')}, coalesce("runAt", clock.now),
         coalesce(params, '{}'), "maxAttempts", "maxRejections", backoff, "timeoutMs", clock.now + "expiresInMs" * interval '1 ms',
         coalesce("openDependencies", 0), "parentId", "limitKeys", capabilities, "dispatchGroup", "createdBy", actor, trigger, "idempotencyKey", decode("requestHash", 'hex'), clock.now
  FROM clock CROSS JOIN json_to_recordset($1::json) AS r (id uuid, name text, queue text, priority smallint, "runAt" timestamptz, params jsonb,
       "maxAttempts" smallint, "maxRejections" smallint, backoff jsonb, "timeoutMs" int, "expiresInMs" bigint, "openDependencies" int, "parentId" uuid, "limitKeys" text[], capabilities text[],
       "dispatchGroup" text, "createdBy" text, actor text, trigger text,
       "idempotencyKey" text, "requestHash" text)
  ON CONFLICT DO NOTHING
  RETURNING id, status, created_at AS "createdAt"`;

/** $1 rows of {id, createdBy, idempotencyKey}: the stored tasks that have the id or the key of these. */
export const SELECT_EXISTING_SUBMISSIONS = `
  SELECT r.id AS "wantedId", t.id, t.status, t.attempt, t.external_id AS "externalId", t.created_at AS "createdAt", encode(t.request_hash, 'hex') AS "requestHash"
  FROM json_to_recordset($1::json) AS r (id uuid, "createdBy" text, "idempotencyKey" text)
  JOIN tasks t ON t.id = r.id OR (t.created_by = r."createdBy" AND t.idempotency_key = r."idempotencyKey")`;

const SETTLED = `version = t.version + 1, lease_owner = NULL, lease_expires_at = NULL, deadline_at = NULL, external_id = NULL, poll_at = NULL`;

/**
 * "Is running", in the words of the CHECK tasks_deadline. Said with the status, the planner would find these rows through
 * the partial index of the active tasks, and walk what 60,000 finished ones left in it (9 instead of 2 ms for 250 rows).
 */
const RUNNING = 't.deadline_at IS NOT NULL';

/** A change of many leased tasks by their owner, who is its actor: $1 rows with id and epoch, $2 the actor for those that nobody leases. */
function settle(reason: string, columns: string, set: string, guard = RUNNING, locked: '' | 'SKIP LOCKED' = ''): string {
  return `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int${columns}) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND ${guard} ORDER BY t.id FOR NO KEY UPDATE OF t ${locked}),
  ${clockAfter('mine')}
  UPDATE tasks t SET ${set}, ${SETTLED}, reason = '${reason}', actor = coalesce(t.lease_owner, $2)
  FROM mine WHERE t.id = mine.id
  RETURNING t.id, t.status, mine.epoch`;
}

/** A suspect ran in a process of its own, and both came through: what it was suspected of was another's doing. */
const RESET_CRASHES = 'crash_count = 0';

/** Rows {id, epoch, result}. The epoch stays: it names the attempt whose effects count. */
export const COMPLETE_TASKS = settle(
  'complete',
  ', result jsonb',
  `status = 'completed', result = mine.result, error = NULL, progress = 100, step = NULL, ${RESET_CRASHES}, terminal_at = ${LOCKED_AT}`,
);

export const RANK_AT = (at: string) => `rank = ${at} - ${headStart('t.queue', 't.priority')}`;
const AGAIN_AT = `${LOCKED_AT} + mine."delayMs" * interval '1 ms'`;

const REJECTED = (row: string) => `(${row}.error ->> 'class' = 'rejected')`;

/** Rows {id, epoch, delayMs, error}. A rejected result spends a rejection and gives its attempt back. */
export const RETRY_TASKS = settle(
  'retry',
  ', "delayMs" bigint, error jsonb',
  `status = CASE WHEN mine."delayMs" > 0 THEN 'pending' ELSE 'submitted' END, run_at = ${AGAIN_AT}, ${RANK_AT(AGAIN_AT)},
       attempt = t.attempt - ${REJECTED('mine')}::int, rejections = t.rejections + ${REJECTED('mine')}::int, ${RESET_CRASHES},
       error = mine.error, lease_epoch = t.lease_epoch + 1`,
  `${RUNNING} AND CASE WHEN ${REJECTED('r')} THEN t.rejections < t.max_rejections ELSE t.attempt < t.max_attempts END`,
);

/** Rows {id, epoch, status, error}, where status is failed, timeout or cancelled. */
export const FAIL_TASKS = settle(
  'fail',
  ', status text, error jsonb',
  `status = mine.status, error = mine.error, lease_epoch = t.lease_epoch + 1, terminal_at = ${LOCKED_AT}`,
);

/** Rows {id, epoch, delayMs}: not now. The attempt is given back. */
export const SNOOZE_TASKS = settle(
  'snooze',
  ', "delayMs" bigint',
  `status = 'pending', run_at = ${AGAIN_AT}, ${RANK_AT(AGAIN_AT)}, attempt = t.attempt - 1, lease_epoch = t.lease_epoch + 1`,
);

/**
 * Rows {id, epoch, externalId, pollAfterMs}: the work goes on elsewhere. The lease is given up and the slot is free; the
 * deadline stays, and so does the epoch: whoever hears of the outcome settles by it.
 */
export const WAIT_TASKS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int, "externalId" text, "pollAfterMs" bigint) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL AND ${RUNNING} ORDER BY t.id FOR NO KEY UPDATE OF t),
  ${clockAfter('mine')}
  UPDATE tasks t SET external_id = mine."externalId", poll_at = ${LOCKED_AT} + mine."pollAfterMs" * interval '1 ms',
         lease_owner = NULL, lease_expires_at = NULL, version = t.version + 1, reason = 'wait', actor = $2
  FROM mine WHERE t.id = mine.id
  RETURNING t.id, t.status`;

/** $1 how many at most, $2 ms until they are asked for again. External work that is due to be asked for, by one asker at a time. */
export const TAKE_POLLS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM tasks WHERE external_id IS NOT NULL AND poll_at <= app_now()
    ORDER BY poll_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED),
  ${clockAfter('due')}
  UPDATE tasks t SET poll_at = ${LOCKED_AT} + $2::int * interval '1 ms'
  WHERE t.id = ANY (ARRAY(SELECT id FROM due))
  RETURNING ${CLAIMED_COLUMNS}, t.external_id AS "externalId"`;

/** $1 id, $2 epoch, $3 ms: when to ask again for work that goes on. */
export const POSTPONE_POLL = `
  WITH mine AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = $1 AND lease_epoch = $2 AND external_id IS NOT NULL FOR NO KEY UPDATE),
  ${clockAfter('mine')}
  UPDATE tasks t SET poll_at = ${LOCKED_AT} + $3::int * interval '1 ms' FROM mine WHERE t.id = mine.id`;

const RELEASED = `status = 'submitted', attempt = greatest(t.attempt - CASE WHEN t.release_count < 5 THEN 1 ELSE 0 END, 0),
       release_count = t.release_count + 1, lease_epoch = t.lease_epoch + 1`;
const MAY_BE_RELEASED = '(t.release_count < 5 OR t.attempt < t.max_attempts)';

/** Rows {id, epoch}: the owner drains. The attempt is given back, at most five times in a generation. */
export const RELEASE_TASKS = settle('release', '', RELEASED, `t.lease_owner IS NOT NULL AND ${MAY_BE_RELEASED}`);

/** Rows {id, epoch}: the agent that leases them never received them. What it has started, and a locked row, is left alone. */
export const RELEASE_UNSTARTED = settle('release', '', RELEASED, `t.status = 'assigned' AND ${MAY_BE_RELEASED}`, 'SKIP LOCKED');

/**
 * $1 queues, $2 owner, $3 ids and $4 epochs of the attempts it knows of, $5 whether those in quarantine. What a claim leased
 * whose answer was lost is given back by its owner.
 */
export const RELEASE_ORPHANED_CLAIMS = `
  WITH unheard AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE t.status IN ('assigned', 'running') AND t.lease_owner = $2 AND t.queue = ANY ($1::text[]) AND (t.crash_count > 0) = $5::boolean
      AND NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::int[]) AS known (id, epoch) WHERE known.id = t.id AND known.epoch = t.lease_epoch)
      AND ${MAY_BE_RELEASED}
    ORDER BY t.id FOR NO KEY UPDATE OF t)
  UPDATE tasks t SET ${RELEASED}, ${SETTLED}, reason = 'release', actor = $2
  FROM unheard WHERE t.id = unheard.id
  RETURNING t.id, t.status, t.queue`;

/** $1 ids, $2 epochs: those of these attempts that completed. Distinguishes a lost lease from a lost reply. */
export const SELECT_COMPLETED = `
  SELECT r.id, r.epoch FROM unnest($1::uuid[], $2::int[]) AS r (id, epoch) JOIN tasks t ON t.id = r.id
  WHERE t.status = 'completed' AND t.lease_epoch = r.epoch`;

/**
 * $1 ids, $2 epochs, $3 seconds of lease. Never touches the deadline. What does not return is lost. A row that another
 * transaction has locked returns with `renewed` false: the lease is still this worker's, and the rescuer passes over a locked
 * row too. A renewal that waited for one row cost the worker all of its leases.
 */
export const EXTEND_LEASES = `
  WITH mine AS MATERIALIZED (
    SELECT t.id FROM unnest($1::uuid[], $2::int[]) AS r (id, epoch) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('mine')},
  renewed AS (
    UPDATE tasks t SET lease_expires_at = ${LOCKED_AT} + make_interval(secs => $3), heartbeat_seq = t.heartbeat_seq + 1
    FROM mine WHERE t.id = mine.id
    RETURNING t.id)
  SELECT t.id, n.id IS NOT NULL AS renewed
  FROM unnest($1::uuid[], $2::int[]) AS r (id, epoch) JOIN tasks t ON t.id = r.id LEFT JOIN renewed n ON n.id = t.id
  WHERE t.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL`;

/** $1 rows {id, epoch, progress, step}. */
export const UPDATE_PROGRESS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int, progress smallint, step text) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND ${RUNNING} ORDER BY t.id FOR NO KEY UPDATE OF t)
  UPDATE tasks t SET progress = mine.progress, step = mine.step FROM mine WHERE t.id = mine.id
  RETURNING t.id`;

/** Leases past their time, as the rescuer sees them: as many as a machine that died may have held, for each must be seen twice. */
export const SELECT_EXPIRED_LEASES = `
  SELECT id, lease_epoch AS epoch, heartbeat_seq AS beat FROM tasks
  WHERE status IN ('assigned', 'running') AND lease_expires_at < app_now() ORDER BY id LIMIT 10000`;

const CRASHED = `status = CASE WHEN t.crash_count + 1 < 3 AND t.attempt < t.max_attempts THEN 'submitted' ELSE 'failed' END,
       terminal_at = CASE WHEN t.crash_count + 1 < 3 AND t.attempt < t.max_attempts THEN NULL ELSE ${LOCKED_AT} END,
       crash_count = t.crash_count + 1, lease_epoch = t.lease_epoch + 1`;

const WORKER_LOST = `error = jsonb_build_object('class', 'crashed', 'code', 'worker_lost', 'fingerprint', 'worker_lost', 'message',
               'the worker ' || t.lease_owner || ' ended or fell silent during attempt ' || t.attempt)`;

/**
 * What ran in a process of its own was not the end of the worker that kept its lease, and what was not begun was nobody's end;
 * spared at most as often as by a drain.
 */
const NOT_AT_FAULT = `(t.lease_owner LIKE '%:${ISOLATED}:%' OR t.status = 'assigned') AND t.release_count < 5`;
const REQUEUED_WITHOUT_PENALTY = `status = 'submitted', lease_epoch = t.lease_epoch + 1, attempt = t.attempt - 1, release_count = t.release_count + 1`;

/** For the registry: an agent that ends with one task after the other is not to get more of them. */
const RECORD_AGENT_CRASHES = `,
  noted AS (
    INSERT INTO agent_crashes (agent, owner, task_id, at)
    SELECT split_part(lease_owner, ':', 2), lease_owner, id, ${LOCKED_AT} FROM lost WHERE lease_owner LIKE '${AGENT}:%')`;

interface RescueParts {
  guard?: string;
  /** A statement beside it, about the rows of `lost`. */
  also?: string;
}

function rescueExpired(change: string, { guard = 'true', also = '' }: RescueParts): string {
  return `
  WITH lost AS MATERIALIZED (
    SELECT t.id, t.lease_owner FROM json_to_recordset($1::json) AS r (id uuid, epoch int, beat int) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.heartbeat_seq = r.beat AND t.lease_expires_at < app_now() AND t.status IN ('assigned', 'running')
      AND ${guard}
    ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('lost')}${also}
  UPDATE tasks t SET ${change}, ${SETTLED}, reason = 'rescue', actor = $2
  FROM lost WHERE t.id = lost.id
  RETURNING t.id, t.status, t.queue`;
}

/** $1 rows {id, epoch, beat}, $2 actor. The guard is read again: a heartbeat since the last look saves the lease. Spare first. */
export const RESCUE_TASKS = rescueExpired(`${CRASHED}, ${WORKER_LOST}`, { also: RECORD_AGENT_CRASHES });
/** As RESCUE_TASKS, for those whose worker fell silent while they ran apart from it, or not yet. */
export const REQUEUE_WITHOUT_PENALTY = rescueExpired(REQUEUED_WITHOUT_PENALTY, { guard: NOT_AT_FAULT });

/** Agents live on when all processes of ContentHub have ended. */
function rescueOwned(change: string, { guard = 'true', also = '' }: RescueParts): string {
  return `
  WITH lost AS MATERIALIZED (
    SELECT t.id, t.lease_owner FROM tasks t
    WHERE t.status IN ('assigned', 'running') AND t.lease_owner IS NOT NULL
      AND (($1::text IS NULL AND t.lease_owner NOT LIKE '${AGENT}:%') OR t.lease_owner LIKE '%:' || $1)
      AND ${guard}
    ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('lost')}${also}
  UPDATE tasks t SET ${change}, ${SETTLED}, reason = 'rescue', actor = $2
  FROM lost WHERE t.id = lost.id
  RETURNING t.id, t.status, t.queue`;
}

/**
 * $1 the owner's boot id (null: every process of ContentHub), $2 actor. For leases whose owner is known to be dead. Spare first.
 * Passes over locked rows: their leases expire, and the rescuer takes them back.
 */
export const RESCUE_OWNED = rescueOwned(`${CRASHED}, ${WORKER_LOST}`, { also: RECORD_AGENT_CRASHES });
/** As RESCUE_OWNED, for those that ran apart from the dead, or not yet. */
export const REQUEUE_OWNED_WITHOUT_PENALTY = rescueOwned(REQUEUED_WITHOUT_PENALTY, { guard: NOT_AT_FAULT });

/** $1 rows {id, epoch, cause}, $2 actor. The process that ran this attempt and no other has ended. */
export const RESCUE_ISOLATED = `
  WITH lost AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int, cause text) JOIN tasks t ON t.id = r.id
    WHERE t.lease_owner IS NOT NULL AND t.lease_epoch = r.epoch ORDER BY t.id FOR NO KEY UPDATE OF t),
  ${clockAfter('lost')}
  UPDATE tasks t SET ${CRASHED}, ${SETTLED}, reason = 'rescue', actor = $2,
         error = jsonb_build_object('class', 'crashed', 'code', 'process_ended', 'fingerprint', 'process_ended ' || lost.cause, 'message',
                 'the process of attempt ' || t.attempt || ' ended with ' || lost.cause)
  FROM lost WHERE t.id = lost.id
  RETURNING t.id, t.status, t.queue`;

/** $1 actor. */
export const PROMOTE_TASKS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM tasks WHERE status = 'pending' AND open_dependencies = 0 AND run_at <= app_now()
    ORDER BY run_at LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE tasks t SET status = 'submitted', version = t.version + 1, reason = 'promote', actor = $1
  FROM due WHERE t.id = due.id
  RETURNING t.id, t.queue, t.lease_epoch AS epoch, t.priority`;

/** $1 actor. The attempt's time is over, whether its owner noticed or not. */
export const TIME_OUT_TASKS = `
  WITH late AS MATERIALIZED (
    SELECT id, lease_owner FROM tasks WHERE status = 'running' AND deadline_at < app_now() - interval '2 s'
    ORDER BY id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED),
  ${clockAfter('late')}
  UPDATE tasks t SET status = CASE WHEN t.attempt < t.max_attempts THEN 'submitted' ELSE 'timeout' END,
         terminal_at = CASE WHEN t.attempt < t.max_attempts THEN NULL ELSE ${LOCKED_AT} END,
         run_at = ${LOCKED_AT}, ${RANK_AT(LOCKED_AT)}, lease_epoch = t.lease_epoch + 1,
         error = jsonb_build_object('class', 'timeout', 'code', 'attempt_timeout', 'fingerprint', 'attempt_timeout', 'message',
                 'attempt ' || t.attempt || ' ran longer than ' || t.timeout_ms || ' ms'),
         ${SETTLED}, reason = 'time_out', actor = $1
  FROM late WHERE t.id = late.id
  RETURNING t.id, t.status, t.queue, t.lease_epoch - 1 AS epoch, late.lease_owner AS owner`;

/** $1 actor. The task as a whole took too long, wherever it stands. */
export const EXPIRE_TASKS = `
  WITH late AS MATERIALIZED (
    SELECT id, lease_owner FROM tasks WHERE terminal_at IS NULL AND expires_at < app_now()
    ORDER BY id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED),
  ${clockAfter('late')}
  UPDATE tasks t SET status = 'timeout', terminal_at = ${LOCKED_AT}, lease_epoch = t.lease_epoch + 1,
         error = jsonb_build_object('class', 'timeout', 'code', 'task_expired', 'fingerprint', 'task_expired', 'message',
                 'not finished by ' || to_char(t.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
         ${SETTLED}, reason = 'expire', actor = $1
  FROM late WHERE t.id = late.id
  RETURNING t.id, t.status, t.queue, t.lease_epoch - 1 AS epoch, late.lease_owner AS owner`;

function cancelWhere(condition: string): string {
  return `
  WITH live AS MATERIALIZED (
    SELECT id, lease_owner FROM tasks WHERE terminal_at IS NULL AND ${condition}
    ORDER BY id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE),
  ${clockAfter('live')}
  UPDATE tasks t SET status = 'cancelled', terminal_at = ${LOCKED_AT}, lease_epoch = t.lease_epoch + 1,
         ${SETTLED}, reason = 'cancel', actor = $2
  FROM live WHERE t.id = live.id
  RETURNING t.id, t.lease_epoch - 1 AS epoch, live.lease_owner AS owner`;
}

/** $1 ids, $2 actor. At once, whatever the owner does. */
export const CANCEL_TASKS = cancelWhere('id = ANY ($1::uuid[])');
/** $1 ids, $2 actor. Those that nobody has taken yet. */
export const CANCEL_WAITING_TASKS = cancelWhere(`id = ANY ($1::uuid[]) AND status IN ('pending', 'submitted')`);
/** $1 names, $2 actor. */
export const CANCEL_TASKS_BY_NAME = cancelWhere('name = ANY ($1::text[])');
/** $1 the newest id to cancel (what is submitted later stays), $2 actor. */
export const CANCEL_ALL_TASKS = cancelWhere('id <= $1::uuid');

/** $1 batch, $2 actor. */
export const CANCEL_TASKS_OF_BATCH = cancelWhere('parent_id = $1::uuid');

/** $1 rows {id, epoch, seq, attempt, ageMs, level, message, data}; ageMs: how long ago the line was written. A zombie's lines match no row. */
export const INSERT_LOGS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r
      (id uuid, epoch int, seq int, attempt smallint, "ageMs" float8, level text, message text, data jsonb)
    JOIN tasks t ON t.id = r.id WHERE t.lease_epoch = r.epoch ORDER BY t.id FOR NO KEY UPDATE OF t)
  INSERT INTO task_logs (task_id, seq, attempt, at, level, message, data)
  SELECT id, seq, attempt, app_now() - "ageMs" * interval '1 ms', level, message, data FROM mine
  ON CONFLICT DO NOTHING`;

/** $1 task, $2 step, $3 hash of its inputs. */
export const SELECT_STEP = `SELECT output FROM task_steps WHERE task_id = $1 AND step = $2 AND input_hash = $3`;

/** $1 task, $2 epoch, $3 step, $4 hash of its inputs, $5 output, $6 attempt. */
export const INSERT_STEP = `
  WITH mine AS MATERIALIZED (SELECT id FROM tasks WHERE id = $1 AND lease_epoch = $2 AND status = 'running' FOR NO KEY UPDATE)
  INSERT INTO task_steps (task_id, step, input_hash, output, attempt, at)
  SELECT id, $3, $4, $5::jsonb, $6, app_now() FROM mine
  ON CONFLICT DO NOTHING`;

/** $1 task, $2 epoch, $3 type, $4 payload. */
export const INSERT_OUTBOX = `INSERT INTO outbox (task_id, lease_epoch, type, payload, created_at) VALUES ($1, $2, $3, $4::jsonb, app_now())`;

/** Of a TaskRow. */
export const TASK_COLUMNS = `id, name, queue, status, priority, run_at AS "runAt", params, result, error, progress, step, attempt,
  max_attempts AS "maxAttempts", timeout_ms AS "timeoutMs", generation, lease_epoch AS epoch, lease_owner AS owner, external_id AS "externalId",
  deadline_at AS "deadlineAt", expires_at AS "expiresAt", created_by AS "createdBy", trigger, created_at AS "createdAt",
  started_at AS "startedAt", terminal_at AS "terminalAt"`;

/** $1 ids. */
export const SELECT_TASKS_BY_ID = `SELECT ${TASK_COLUMNS} FROM tasks WHERE id = ANY ($1::uuid[])`;

/** $1 ids. */
export const SELECT_STATUSES = `SELECT id, status FROM tasks WHERE id = ANY ($1::uuid[])`;

/** $1 ids, $2 lines of each at most. What a reader sees as the log: the stored lines and, from the audit, the transitions. */
export const SELECT_TRANSITIONS = `
  SELECT task_id AS "taskId", version, attempt, from_status AS "from", to_status AS "to", reason, actor, detail, at
  FROM task_audit WHERE task_id = ANY ($1::uuid[]) ORDER BY task_id, version`;

/**
 * $1 ids, $2 a seq, $3 lines, $4 bytes: of each task the lines after this seq, as far as both bounds allow, the first one in any case.
 * `more`: the task has lines behind this one.
 */
export const SELECT_LOGS = `
  SELECT w.id AS "taskId", l.seq, l.attempt, l.at, l.level, l.message, l.data, l.more
  FROM unnest($1::uuid[]) AS w (id)
  CROSS JOIN LATERAL (
    SELECT *, row_number() OVER page AS nth, lead(seq) OVER page IS NOT NULL AS more, sum(bytes) OVER page - bytes AS "bytesBefore"
    FROM (SELECT *, octet_length(message) + coalesce(octet_length(data::text), 0) AS bytes
          FROM task_logs WHERE task_id = w.id AND seq > $2 ORDER BY seq LIMIT $3::int + 1) line
    WINDOW page AS (ORDER BY seq)) l
  WHERE l.nth <= $3 AND l."bytesBefore" < $4::int
  ORDER BY w.id, l.seq`;

/** Tasks that are not final, by queue and status; each arm has its partial index. */
export const COUNT_LIVE_TASKS = `
  SELECT queue, status, count(*)::int AS count FROM tasks WHERE status = 'submitted' AND crash_count = 0 AND dispatch_group IS NULL GROUP BY 1, 2
  UNION ALL SELECT queue, status, count(*)::int FROM tasks WHERE status = 'submitted' AND crash_count = 0 AND dispatch_group IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT queue, status, count(*)::int FROM tasks WHERE status = 'submitted' AND crash_count > 0 GROUP BY 1, 2
  UNION ALL SELECT queue, status, count(*)::int FROM tasks WHERE status IN ('assigned', 'running') GROUP BY 1, 2
  UNION ALL SELECT queue, status, count(*)::int FROM tasks WHERE status = 'pending' AND open_dependencies = 0 GROUP BY 1, 2`;
