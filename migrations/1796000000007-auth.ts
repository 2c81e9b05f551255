import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys, and secrets that all processes of an installation share. */
export class Auth1796000000007 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE api_keys (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        -- the public part, by which the row is found
        prefix text NOT NULL UNIQUE,
        -- SHA-256 of the key: 256 random bits need no slow hash
        hash bytea NOT NULL,
        -- named sets of permissions (src/platform/auth/roles.ts), which add up
        roles text[] NOT NULL CHECK (roles <@ ARRAY['viewer', 'editor', 'approver', 'operator', 'admin'] AND cardinality(roles) > 0),
        -- the accounts that the key is limited to; NULL for all
        account_ids uuid[],
        -- who created and revoked it, in the form of tasks.actor
        created_by text NOT NULL DEFAULT 'system',
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        revoked_by text,
        last_used_at timestamptz,
        CONSTRAINT api_keys_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
      );

      -- Changes that callers make to anything but tasks: task_audit has those. The row is written before the change, so no change
      -- is without one; status is that of the answer, NULL when the process ended in between.
      CREATE TABLE operation_audit (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        actor_type text NOT NULL CHECK (actor_type IN ('user', 'key', 'agent')),
        actor_id uuid NOT NULL,
        actor_name text NOT NULL,
        permission text NOT NULL,
        method text NOT NULL,
        -- as requested, without the query
        path text NOT NULL,
        status smallint
      );
      CREATE INDEX operation_audit_by_actor ON operation_audit (actor_id, id);

      CREATE TABLE secrets (
        name text PRIMARY KEY,
        value bytea NOT NULL
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE operation_audit, secrets, api_keys');
  }
}
