import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The index by id of submitted tasks also demands that `terminal_at` is null. Claims do not state that, so PostgreSQL cannot choose this
 * index for them. It did, when its statistics came from a moment with few submitted tasks: each claim then read and sorted all of them.
 */
export class IndexOfSubmittedTasks1796000000095 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX tasks_submitted_by_id ON tasks (id) WHERE status = 'submitted' AND terminal_at IS NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX tasks_submitted_by_id');
  }
}
