import { headStart } from '../rank.sql.ts';
import { hasStatus } from '../task-status.sql.ts';

export const SELECT_PAUSED_DEFINITIONS = `
  SELECT name, paused_at AS "pausedAt", paused_by AS "pausedBy" FROM paused_definitions ORDER BY name`;

/** $1 name, $2 actor. A definition that is paused keeps the first actor. */
export const PAUSE_DEFINITION = `
  INSERT INTO paused_definitions (name, paused_at, paused_by) VALUES ($1, app_now(), $2) ON CONFLICT DO NOTHING`;

/** $1 name. */
export const RESUME_DEFINITION = `DELETE FROM paused_definitions WHERE name = $1`;

/** $1 queue, $2 strategy or null to keep it, $3 strategy for agents or null to keep it. `before`: the strategy until now. */
export const SET_STRATEGY = `
  WITH before AS (SELECT strategy FROM queues WHERE name = $1)
  INSERT INTO queues AS q (name, strategy, agent_strategy, updated_at) VALUES ($1, coalesce($2, 'priority'), coalesce($3, 'least_loaded'), app_now())
  ON CONFLICT (name) DO UPDATE SET strategy = coalesce($2, q.strategy), agent_strategy = coalesce($3, q.agent_strategy), updated_at = app_now()
  RETURNING q.strategy, q.agent_strategy AS "agentStrategy", coalesce((SELECT strategy FROM before), 'priority') AS before`;

/** How many rows one statement updates. */
export const RERANK_ROWS = 5_000;

const WAITING = (condition: string): string => `SELECT id FROM tasks WHERE ${condition} AND queue = $1 AND id > $2::uuid`;

/** $1 queue, $2 id: the ids of waiting tasks after it, in order. Each status has its partial index, so finished tasks are not read. */
export const SELECT_WAITING_IDS = `
  SELECT id FROM (${WAITING(`status = 'pending'`)} UNION ALL ${WAITING(hasStatus('submitted'))}) waiting ORDER BY id LIMIT ${RERANK_ROWS}`;

/** $1 ids: updates the rank of those that still wait. Not a transition, so the version stays. */
export const RERANK_TASKS = `
  WITH waiting AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = ANY ($1::uuid[]) AND status IN ('pending', 'submitted') ORDER BY id FOR NO KEY UPDATE)
  UPDATE tasks t SET rank = t.run_at - ${headStart('t.queue', 't.priority')}
  FROM waiting WHERE t.id = waiting.id`;

/** $1 queue. No row: the queue has the default strategy. */
export const SELECT_AGENT_STRATEGY = `SELECT agent_strategy AS strategy FROM queues WHERE name = $1`;
