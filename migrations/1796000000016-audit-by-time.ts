import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An index of the audit of operations by time, for its retention. */
export class AuditByTime1796000000016 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE INDEX operation_audit_by_time ON operation_audit (at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX operation_audit_by_time');
  }
}
