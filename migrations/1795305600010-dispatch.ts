import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may run what, and when: how each queue gives out its tasks, what is paused, and what is limited.
 *
 * A task with a key or a capability waits in a lane, named by tasks.concurrency_key (core/dispatch/lane.ts). Each index of
 * ready tasks holds its own kind: an ordinary claim meets no task of a lane, and the head of a lane is found without wading
 * through another's backlog. None of them mentions what a heartbeat writes, so heartbeats stay HOT.
 */
export class Dispatch1795305600010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- A queue without a row is not paused and gives out by priority.
      CREATE TABLE queues (
        name text PRIMARY KEY,
        paused_at timestamptz,
        paused_by text,
        strategy text NOT NULL DEFAULT 'priority' CHECK (strategy IN ('fifo', 'priority', 'round_robin', 'fair')),
        -- which agent gets a task when several wait
        agent_strategy text NOT NULL DEFAULT 'least_loaded' CHECK (agent_strategy IN ('round_robin', 'least_loaded', 'capability')),
        updated_at timestamptz NOT NULL
      );

      CREATE TABLE paused_definitions (
        name text PRIMARY KEY,
        paused_at timestamptz NOT NULL,
        paused_by text NOT NULL
      );

      CREATE TABLE limits (
        key text PRIMARY KEY,
        max_running integer CHECK (max_running >= 0),
        rate_count integer CHECK (rate_count > 0),
        rate_period_ms integer CHECK (rate_period_ms > 0),
        -- what the bucket held at refilled_at; it holds rate_count at most
        tokens double precision CHECK (tokens >= 0),
        refilled_at timestamptz,
        -- written from a task's definition, which may change it again at the next start
        declared boolean NOT NULL DEFAULT false,
        updated_at timestamptz NOT NULL,
        CONSTRAINT limits_something CHECK (max_running IS NOT NULL OR rate_count IS NOT NULL),
        CONSTRAINT limits_rate CHECK ((rate_count IS NULL) = (rate_period_ms IS NULL) AND (rate_count IS NULL) = (tokens IS NULL)
                                      AND (rate_count IS NULL) = (refilled_at IS NULL))
      );

      DROP INDEX tasks_ready;
      CREATE INDEX tasks_ready ON tasks (queue, rank, id) WHERE status = 'submitted' AND crash_count = 0 AND concurrency_key IS NULL;
      CREATE INDEX tasks_ready_in_lanes ON tasks (queue, concurrency_key, rank, id)
        WHERE status = 'submitted' AND crash_count = 0 AND concurrency_key IS NOT NULL;
      CREATE INDEX tasks_active_in_lanes ON tasks (concurrency_key)
        WHERE status IN ('assigned', 'running') AND concurrency_key IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX tasks_active_in_lanes, tasks_ready_in_lanes, tasks_ready;
      CREATE INDEX tasks_ready ON tasks (queue, rank, id) WHERE status = 'submitted' AND crash_count = 0;
      DROP TABLE limits, paused_definitions, queues;
    `);
  }
}
