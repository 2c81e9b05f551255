import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of programs and people. Only a SHA-256 is kept: 256 random bits need no slow hash. */
export class ApiKeys1795305600002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE api_keys (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        prefix text NOT NULL UNIQUE,
        hash bytea NOT NULL,
        role text NOT NULL CHECK (role IN ('viewer', 'editor', 'approver', 'operator', 'admin')),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE api_keys');
  }
}
