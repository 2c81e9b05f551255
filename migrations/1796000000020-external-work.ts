import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Work that was handed over to other systems, and the ids of callbacks that were already used. */
export class ExternalWork1796000000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- One row for each hand-over, written before the request is sent.
      CREATE TABLE creator_work (
        -- the idempotency key of the request
        id uuid PRIMARY KEY,
        task_id uuid NOT NULL REFERENCES content_generation (id) ON DELETE CASCADE,
        creator text NOT NULL,
        -- NULL until the other system has answered
        external_id text CHECK (length(external_id) BETWEEN 1 AND 500),
        state text NOT NULL DEFAULT 'submitting' CHECK (state IN ('submitting', 'submitted', 'completed', 'failed', 'cancelled', 'given_up')),
        error text,
        polls integer NOT NULL DEFAULT 0 CHECK (polls >= 0),
        poll_errors integer NOT NULL DEFAULT 0 CHECK (poll_errors >= 0),
        callbacks integer NOT NULL DEFAULT 0 CHECK (callbacks >= 0),
        started_at timestamptz NOT NULL,
        submitted_at timestamptz,
        polled_at timestamptz,
        ended_at timestamptz,
        CONSTRAINT creator_work_submitted CHECK (state IN ('submitting', 'failed', 'given_up') OR external_id IS NOT NULL),
        CONSTRAINT creator_work_ended CHECK ((ended_at IS NULL) = (state IN ('submitting', 'submitted')))
      );
      -- a task has one open hand-over, and one piece of work belongs to one hand-over
      CREATE UNIQUE INDEX creator_work_open ON creator_work (task_id) WHERE ended_at IS NULL;
      CREATE UNIQUE INDEX creator_work_external ON creator_work (creator, external_id);
      CREATE INDEX creator_work_by_task ON creator_work (task_id);
      CREATE INDEX creator_work_by_start ON creator_work (started_at);

      -- Ids of signed callbacks: a repeated one has no effect. Rows are deleted when their signature has expired.
      CREATE TABLE webhook_inbox (
        source text NOT NULL,
        id text NOT NULL CHECK (length(id) BETWEEN 1 AND 200),
        received_at timestamptz NOT NULL DEFAULT app_clock(),
        PRIMARY KEY (source, id)
      );
      CREATE INDEX webhook_inbox_by_time ON webhook_inbox (received_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE webhook_inbox, creator_work');
  }
}
