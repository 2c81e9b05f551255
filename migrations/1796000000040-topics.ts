import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The backlog of topics of each account, what each run of the executor submitted, and which requests only make samples. */
export class Topics1796000000040 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE topics (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
        -- hashes by which similar titles are found
        title_grams integer[] NOT NULL,
        keywords jsonb NOT NULL DEFAULT '[]',
        -- code of a section of the account
        section text,
        source_url text,
        series text,
        number integer CHECK (number >= 1),
        origin text NOT NULL CHECK (origin IN ('editor', 'import', 'source', 'history', 'request')),
        -- when the source was published; NULL: the topic does not age
        dated_at timestamptz,
        -- of its source; NULL without one
        material_words integer CHECK (material_words >= 0),
        relevance smallint NOT NULL CHECK (relevance BETWEEN 0 AND 100),
        usefulness smallint NOT NULL CHECK (usefulness BETWEEN 0 AND 100),
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'reserved', 'used', 'rejected', 'expired')),
        -- why it was rejected
        reason text,
        -- The last content task that writes or wrote it. No foreign key: tasks are deleted after a while.
        reserved_by uuid,
        content_id uuid,
        -- content tasks that failed
        failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
        expires_at timestamptz,
        used_at timestamptz,
        created_by text NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT topics_series CHECK ((series IS NULL) = (number IS NULL)),
        CONSTRAINT topics_reserved CHECK (status <> 'reserved' OR reserved_by IS NOT NULL),
        CONSTRAINT topics_used CHECK ((status = 'used') = (used_at IS NOT NULL))
      );
      CREATE INDEX topics_by_account ON topics (account_id, status, id);
      CREATE INDEX topics_by_task ON topics (reserved_by) WHERE reserved_by IS NOT NULL;
      CREATE INDEX topics_in_work ON topics (id) WHERE status = 'reserved';
      CREATE INDEX topics_by_expiry ON topics (expires_at) WHERE status = 'open' AND expires_at IS NOT NULL;
      CREATE UNIQUE INDEX topics_by_part ON topics (account_id, series, number) WHERE status IN ('open', 'reserved', 'used');

      -- One row for each content task of a run of async-content-generation. A repeated attempt of the run finds them, and an attempt that
      -- lost its lease violates the key.
      CREATE TABLE topic_submissions (
        run_id uuid NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        account_id uuid NOT NULL REFERENCES accounts (id),
        ordinal smallint NOT NULL CHECK (ordinal >= 0),
        topic_id uuid NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
        task_id uuid NOT NULL UNIQUE,
        PRIMARY KEY (run_id, account_id, ordinal)
      );
      CREATE INDEX topic_submissions_by_topic ON topic_submissions (topic_id);
      CREATE INDEX topic_submissions_by_account ON topic_submissions (account_id);

      -- The creator of the request only makes samples, which are never published.
      ALTER TABLE content_generation ADD is_sample boolean NOT NULL DEFAULT false;
      UPDATE content_generation g SET is_sample = true FROM tasks t, accounts a
      WHERE t.id = g.id AND a.id = g.account_id AND coalesce(t.params ->> 'creator', a.creator) IN ('simulated', 'simulated-async');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE content_generation DROP is_sample;
      DROP TABLE topic_submissions, topics;
    `);
  }
}
