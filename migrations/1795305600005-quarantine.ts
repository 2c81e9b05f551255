import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tasks that were running when a process ended wait apart from the others. Each of the two indexes holds its own kind, so
 * an ordinary claim pays nothing for the quarantine, which is nearly always empty.
 */
export class Quarantine1795305600005 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX tasks_ready;
      CREATE INDEX tasks_ready ON tasks (queue, rank, id) WHERE status = 'submitted' AND crash_count = 0;
      CREATE INDEX tasks_suspects ON tasks (crash_count, rank, id) WHERE status = 'submitted' AND crash_count > 0;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX tasks_suspects, tasks_ready;
      CREATE INDEX tasks_ready ON tasks (queue, rank, id) WHERE status = 'submitted';
    `);
  }
}
