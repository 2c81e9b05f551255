import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The order in which transitions are told to those who watch: by the transaction that wrote them. A default, so the
 * triggers stay as they are; added without a rewrite, so older rows have none and are told to nobody.
 */
export class EventOrder1795305600006 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE task_audit ADD COLUMN xid xid8;
      ALTER TABLE task_audit ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
      CREATE INDEX task_audit_by_xid ON task_audit (xid);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE task_audit DROP COLUMN xid');
  }
}
