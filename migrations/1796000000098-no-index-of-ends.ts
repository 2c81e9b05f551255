import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Since the chain of versions forbids a second end, this index of ends checks nothing more. In a transaction of its own: DROP INDEX locks
 * `task_audit` against everything, and a transaction that has locked `task_dependencies` before could deadlock with a running submission.
 */
export class NoIndexOfEnds1796000000098 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX task_audit_one_end');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE UNIQUE INDEX task_audit_one_end ON task_audit (task_id, generation)
        WHERE to_status IN ('completed', 'failed', 'timeout', 'cancelled')`);
  }
}
