import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In a transaction of its own: DROP INDEX needs a stronger lock than CREATE INDEX, and taking it second could deadlock with a running transaction. */
export class OldIndexOfSubmittedTasks1796000000096 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX tasks_submitted');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX tasks_submitted ON tasks (id) WHERE status = 'submitted'`);
  }
}
