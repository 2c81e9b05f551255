import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, generation requests (1:1 with a task, whose id they have) and the contents they produce. */
export class Content1796000000008 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE accounts (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        platform text NOT NULL,
        owner text,
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'archived')),
        language text NOT NULL DEFAULT 'en' CHECK (language IN ('zh', 'en')),
        time_zone text NOT NULL DEFAULT 'UTC',
        voice jsonb NOT NULL DEFAULT '{}',
        sections jsonb NOT NULL DEFAULT '[]',
        sources jsonb NOT NULL DEFAULT '[]',
        -- by its name in the registry
        creator text NOT NULL DEFAULT 'offline',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE content_generation (
        id uuid PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
        task_id varchar(100) NOT NULL UNIQUE,
        account_id uuid NOT NULL REFERENCES accounts (id),
        content_id uuid,
        topic text,
        keywords jsonb NOT NULL DEFAULT '[]',
        category text,
        requirements text,
        tone text,
        auto_approve boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX content_generation_by_account ON content_generation (account_id, id);
      CREATE INDEX content_generation_by_content ON content_generation (content_id) WHERE content_id IS NOT NULL;
      CREATE INDEX content_generation_submitted ON content_generation (created_at);

      CREATE TABLE contents (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        -- one content per generation task, from the attempt that completed it
        generation_task_id uuid UNIQUE REFERENCES content_generation (id) ON DELETE SET NULL,
        lease_epoch integer,
        kind text NOT NULL CHECK (kind IN ('article', 'digest', 'data', 'brief')),
        language text NOT NULL CHECK (language IN ('zh', 'en')),
        title text NOT NULL,
        summary text NOT NULL,
        body_markdown text NOT NULL,
        body_html text NOT NULL,
        word_count integer NOT NULL CHECK (word_count >= 0),
        quality_score smallint CHECK (quality_score BETWEEN 0 AND 100),
        checks jsonb NOT NULL DEFAULT '[]',
        sources jsonb NOT NULL DEFAULT '[]',
        images jsonb NOT NULL DEFAULT '[]',
        cover_svg text,
        review_status text NOT NULL CHECK (review_status IN ('draft', 'pending_review', 'approved', 'rejected')),
        review_reasons jsonb NOT NULL DEFAULT '[]',
        reviewer text,
        auto_publish boolean NOT NULL DEFAULT false,
        scheduled_publish_at timestamptz,
        provenance jsonb NOT NULL DEFAULT '{}',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX contents_by_account ON contents (account_id, id);
      CREATE INDEX contents_by_review ON contents (review_status, id);

      CREATE TABLE content_versions (
        content_id uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
        version integer NOT NULL,
        title text NOT NULL,
        summary text NOT NULL,
        body_markdown text NOT NULL,
        edited_by text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (content_id, version)
      );

      -- The 22 fields of a content generation task in one place, for readers of the database.
      CREATE VIEW content_generation_tasks AS
      SELECT g.id, g.task_id, g.content_id, g.account_id, g.topic, g.keywords, g.category, g.requirements, g.tone,
             CASE t.status WHEN 'assigned' THEN 'submitted' ELSE t.status END AS status,
             t.priority, greatest(t.attempt - 1, 0) AS retry_count, t.max_attempts - 1 AS max_retries,
             t.created_at AS submitted_at, t.started_at, t.terminal_at AS completed_at,
             coalesce(t.deadline_at, t.expires_at) AS timeout_at,
             t.result, t.error ->> 'message' AS error_message, g.auto_approve, g.created_at,
             greatest(g.updated_at, t.started_at, t.terminal_at) AS updated_at
      FROM content_generation g JOIN tasks t ON t.id = g.id;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP VIEW content_generation_tasks;
      DROP TABLE content_versions, contents, content_generation, accounts;
    `);
  }
}
