import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever runs tasks: the processes of ContentHub itself, and programs that lease over HTTP. A remote agent's row stays when it
 * leaves, so that its name keeps its id; a process's row goes with it.
 */
export class Agents1795305600011 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE agents (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        kind text NOT NULL CHECK (kind IN ('process', 'remote')),
        -- signs the leases of this boot of the agent; another registration of the name brings another
        owner text NOT NULL UNIQUE,
        token_prefix text UNIQUE,
        token_hash bytea,
        capabilities text[] NOT NULL,
        max_concurrency integer NOT NULL CHECK (max_concurrency BETWEEN 1 AND 10000),
        version text,
        -- of a process: where it runs, and its slots by queue
        place jsonb,
        load real,
        registered_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        draining_at timestamptz,
        quarantined_at timestamptz,
        quarantine_reason text,
        unregistered_at timestamptz,
        CONSTRAINT agents_token CHECK ((token_hash IS NOT NULL) = (kind = 'remote' AND unregistered_at IS NULL)),
        CONSTRAINT agents_token_prefix CHECK ((token_hash IS NULL) = (token_prefix IS NULL)),
        CONSTRAINT agents_quarantine CHECK ((quarantined_at IS NULL) = (quarantine_reason IS NULL))
      ) WITH (fillfactor = 70);

      -- Tasks that were running at an agent when it ended or fell silent, since it last completed one. Nearly always empty.
      CREATE TABLE agent_crashes (
        agent text NOT NULL,
        owner text NOT NULL,
        task_id uuid NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX agent_crashes_of ON agent_crashes (agent, at);

      -- Files that attempts leave behind. Their bytes are compressed already, or too few to matter.
      CREATE TABLE task_artifacts (
        task_id uuid NOT NULL,
        lease_epoch integer NOT NULL,
        name text NOT NULL,
        attempt smallint NOT NULL,
        bytes integer NOT NULL,
        content bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (task_id, lease_epoch, name)
      );
      ALTER TABLE task_artifacts ALTER COLUMN content SET STORAGE EXTERNAL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE task_artifacts, agent_crashes, agents');
  }
}
