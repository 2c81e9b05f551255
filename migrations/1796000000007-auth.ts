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
        role text NOT NULL CHECK (role IN ('viewer', 'editor', 'approver', 'operator', 'admin')),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz
      );

      CREATE TABLE secrets (
        name text PRIMARY KEY,
        value bytea NOT NULL
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE secrets, api_keys');
  }
}
