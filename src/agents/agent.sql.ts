import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';

/** Statements on agents. Rows are locked in the order of their ids. */

/** $1: the seconds without a heartbeat after which an agent is offline. */
const STATUS = `CASE WHEN a.last_seen_at < app_now() - make_interval(secs => $1) THEN 'offline' WHEN a.quarantined_at IS NOT NULL THEN 'quarantined'
                     WHEN a.draining_at IS NOT NULL THEN 'draining' ELSE 'online' END`;

const AGENTS = `
  SELECT a.id, a.name, a.kind, a.owner, a.capabilities, a.max_concurrency AS "maxConcurrency", a.version, a.process_info AS "processInfo", a.load,
         a.registered_at AS "registeredAt", a.last_seen_at AS "lastSeenAt", a.draining_at AS "drainingAt",
         a.quarantined_at AS "quarantinedAt", a.quarantine_reason AS "quarantineReason", ${STATUS} AS status,
         (extract(epoch FROM app_now() - a.last_seen_at) * 1000)::int AS "silentForMs",
         (SELECT count(*)::int FROM agent_crashes c WHERE c.agent = a.name) AS crashes
  FROM agents a
  WHERE a.unregistered_at IS NULL`;

/** $1 seconds. */
export const COUNT_AGENTS = `
  SELECT a.kind, ${STATUS} AS status, count(*)::int AS count FROM agents a WHERE a.unregistered_at IS NULL GROUP BY 1, 2`;

/** $1 seconds, $2 id. */
export const SELECT_AGENT = `${AGENTS} AND a.id = $2`;

/**
 * $1 seconds, $2 kind, $3 capability, $4 status (each null for any), $5 only ids below this one or null, $6 limit.
 * Newest first.
 */
export const SELECT_AGENTS = `${AGENTS}
    AND ($2::text IS NULL OR a.kind = $2) AND ($3::text IS NULL OR $3 = ANY (a.capabilities))
    AND ($4::text IS NULL OR ${STATUS} = $4) AND ($5::uuid IS NULL OR a.id < $5)
  ORDER BY a.id DESC LIMIT $6::int`;

/**
 * $1 id for a new name, $2 name, $3 owner, $4 token prefix, $5 token hash, $6 capabilities, $7 concurrency, $8
 * version. A known name keeps its id, drain and quarantine. No row: a process has the name.
 */
export const REGISTER_AGENT = `
  INSERT INTO agents (id, name, kind, owner, token_prefix, token_hash, capabilities, max_concurrency, version, registered_at, last_seen_at)
  VALUES ($1, $2, 'remote', $3, $4, $5, $6, $7, $8, app_now(), app_now())
  ON CONFLICT (name) DO UPDATE SET owner = replace(excluded.owner, excluded.id::text, agents.id::text), token_prefix = excluded.token_prefix, token_hash = excluded.token_hash,
    capabilities = excluded.capabilities, max_concurrency = excluded.max_concurrency, version = excluded.version, load = NULL,
    registered_at = excluded.registered_at, last_seen_at = excluded.last_seen_at, unregistered_at = NULL
  WHERE agents.kind = 'remote'
  RETURNING id`;

/** $1 prefix. The agent that holds a token. */
export const SELECT_AGENT_BY_TOKEN = `SELECT id, name, owner AS "leaseOwner", token_hash AS hash FROM agents WHERE token_prefix = $1`;

/** $1 name. Its current owner. Waits for a grant that holds the row. */
export const LOCK_NAME = `SELECT owner FROM agents WHERE name = $1 AND unregistered_at IS NULL FOR NO KEY UPDATE`;

/** $1 name. */
export const SELECT_AGENT_ID = `SELECT id FROM agents WHERE name = $1`;

/** $1 id. Also revokes its token. */
export const UNREGISTER_AGENT = `
  UPDATE agents SET unregistered_at = app_now(), token_prefix = NULL, token_hash = NULL, draining_at = NULL, quarantined_at = NULL, quarantine_reason = NULL
  WHERE id = $1 AND kind = 'remote' AND unregistered_at IS NULL RETURNING name, owner`;

/** $1 id. */
export const DRAIN_AGENT = `
  UPDATE agents SET draining_at = coalesce(draining_at, app_now()) WHERE id = $1 AND unregistered_at IS NULL RETURNING name`;

/** $1 id. Clears the drain and the quarantine with its reason. */
export const RESUME_AGENT = `
  UPDATE agents SET draining_at = NULL, quarantined_at = NULL, quarantine_reason = NULL WHERE id = $1 AND unregistered_at IS NULL RETURNING name`;

/** $1 id, $2 reason. */
export const QUARANTINE_AGENT = `
  UPDATE agents SET quarantined_at = coalesce(quarantined_at, app_now()), quarantine_reason = coalesce(quarantine_reason, $2)
  WHERE id = $1 AND kind = 'remote' AND unregistered_at IS NULL RETURNING name`;

/**
 * $1 rows {id, owner, load}. Rows of an earlier registration match nothing. A row that a grant has locked is returned
 * without an update.
 */
export const BEAT_AGENTS = `
  WITH mine AS MATERIALIZED (
    SELECT a.id, r.load FROM json_to_recordset($1::json) AS r (id uuid, owner text, load real) JOIN agents a ON a.id = r.id
    WHERE a.owner = r.owner AND a.unregistered_at IS NULL ORDER BY a.id FOR NO KEY UPDATE OF a SKIP LOCKED),
  ${clockAfter('mine')},
  seen AS (UPDATE agents a SET last_seen_at = ${LOCKED_AT}, load = mine.load FROM mine WHERE a.id = mine.id)
  SELECT a.id, a.draining_at IS NOT NULL OR a.quarantined_at IS NOT NULL AS drain
  FROM json_to_recordset($1::json) AS r (id uuid, owner text, load real) JOIN agents a ON a.id = r.id
  WHERE a.owner = r.owner AND a.unregistered_at IS NULL`;

/**
 * $1 id, $2 name, which is also its owner, $3 capabilities, $4 slots of all queues, $5 version, $6 process info, $7 load, $8 whether it drains.
 * The heartbeat of a process. A row that was deleted meanwhile (no heartbeat for 10 minutes) is inserted with the drain that the process obeys.
 */
export const BEAT_PROCESS = `
  INSERT INTO agents (id, name, kind, owner, capabilities, max_concurrency, version, process_info, load, registered_at, last_seen_at, draining_at,
                      task_names)
  VALUES ($1, $2, 'process', $2, $3, $4, $5, $6, $7, app_clock(), app_clock(), CASE WHEN $8 THEN app_clock() END, $9)
  ON CONFLICT (name) DO UPDATE SET last_seen_at = app_clock(), load = excluded.load
  RETURNING draining_at IS NOT NULL AS drain`;

/** $1 name. */
export const FORGET_PROCESS = `DELETE FROM agents WHERE name = $1 AND kind = 'process'`;

/** $1 seconds. Deletes killed processes, which could not delete their own row. */
export const FORGET_DEAD_PROCESSES = `DELETE FROM agents WHERE kind = 'process' AND last_seen_at < app_now() - make_interval(secs => $1)`;

/** $1 id, $2 owner. The lock is held while tasks are granted, so drain, quarantine and a new registration wait for it. */
export const LOCK_AGENT = `
  SELECT name, capabilities, max_concurrency AS "maxConcurrency", draining_at IS NOT NULL OR quarantined_at IS NOT NULL AS closed
  FROM agents WHERE id = $1 AND owner = $2 AND unregistered_at IS NULL FOR NO KEY UPDATE`;

/** $1 name. The newest crashes, more than any threshold needs. */
export const SELECT_CRASHES = `SELECT owner, task_id AS "taskId", at FROM agent_crashes WHERE agent = $1 ORDER BY at DESC LIMIT 1000`;

/** $1 name. */
export const FORGET_CRASHES = `DELETE FROM agent_crashes WHERE agent = $1`;

const GETS_TASKS = `last_seen_at > app_now() - interval '15 s' AND unregistered_at IS NULL AND draining_at IS NULL AND quarantined_at IS NULL`;

/** The remote agents that may get tasks, by what they can run. */
export const SELECT_CAPABILITIES_ONLINE = `SELECT DISTINCT capabilities FROM agents WHERE ${GETS_TASKS} AND kind = 'remote'`;

/** $1 capabilities, $2 kind. Counts the agents online that have all of them; a process without a list has every capability. */
export const COUNT_ELIGIBLE_AGENTS = `
  SELECT count(*)::int AS count FROM agents
  WHERE ${GETS_TASKS} AND kind = $2 AND (capabilities @> $1::text[] OR (kind = 'process' AND capabilities = '{}'))`;
