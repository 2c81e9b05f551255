import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What decides when a ready task starts: the strategy and pause of its queue, the pause of its definition, and limits. */
export class Dispatch1796000000004 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- A queue without a row is not paused and dispatches by priority.
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

      -- At most max_running tasks of a key at once, and at most rate_count starts in rate_period_ms.
      CREATE TABLE limits (
        key text PRIMARY KEY,
        max_running integer CHECK (max_running >= 0),
        rate_count integer CHECK (rate_count > 0),
        rate_period_ms integer CHECK (rate_period_ms > 0),
        -- what the token bucket held at refilled_at; at most rate_count
        tokens double precision CHECK (tokens >= 0),
        refilled_at timestamptz,
        -- written from a task definition, which may change it at the next start; false: written by an operator
        declared boolean NOT NULL DEFAULT false,
        updated_at timestamptz NOT NULL,
        CONSTRAINT limits_not_empty CHECK (max_running IS NOT NULL OR rate_count IS NOT NULL),
        CONSTRAINT limits_rate CHECK ((rate_count IS NULL) = (rate_period_ms IS NULL) AND (rate_count IS NULL) = (tokens IS NULL)
                                      AND (rate_count IS NULL) = (refilled_at IS NULL))
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE limits, paused_definitions, queues');
  }
}
