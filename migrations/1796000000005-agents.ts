import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What runs tasks: processes of ContentHub, and remote agents that lease over HTTP. The row of a remote agent stays when it
 * unregisters, so that its name keeps its id; the row of a process is deleted.
 */
export class Agents1796000000005 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE agents (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        kind text NOT NULL CHECK (kind IN ('process', 'remote')),
        -- tasks.lease_owner of its leases; each registration brings a new one
        owner text NOT NULL UNIQUE,
        -- of a remote agent: the public part of its token, and the SHA-256 of the token
        token_prefix text UNIQUE,
        token_hash bytea,
        capabilities text[] NOT NULL,
        max_concurrency integer NOT NULL CHECK (max_concurrency BETWEEN 1 AND 10000),
        version text,
        -- of a process: {host, pid, slots by queue}
        process_info jsonb,
        -- of a process: the task definitions that its workers run
        task_names text[] NOT NULL DEFAULT '{}',
        -- running tasks / slots of a process; what a remote agent reports of itself
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

      -- Tasks that an agent was running when it ended or its heartbeats stopped, since it last completed one. Nearly always empty.
      CREATE TABLE agent_crashes (
        -- agents.name
        agent text NOT NULL,
        owner text NOT NULL,
        task_id uuid NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX agent_crashes_of ON agent_crashes (agent, at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE agent_crashes, agents');
  }
}
