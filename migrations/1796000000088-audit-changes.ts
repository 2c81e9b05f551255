import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a change changed, why, and the id under which the log has its request. */
export class AuditChanges1796000000088 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE operation_audit
        ADD COLUMN reason text CHECK (length(reason) <= 500),
        ADD COLUMN request_id text CHECK (length(request_id) <= 64),
        -- [{field, before, after}]: texts, cut; a member is absent where the value was absent
        ADD COLUMN changes jsonb CHECK (jsonb_typeof(changes) = 'array' AND length(changes::text) <= 65536);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE operation_audit DROP COLUMN changes, DROP COLUMN request_id, DROP COLUMN reason');
  }
}
