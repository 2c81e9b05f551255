import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rejected results have a budget of their own beside that of attempts: bad writing is not a broken network. And work that
 * goes on elsewhere is asked for by time: its index holds only tasks that wait for it.
 */
export class ExternalWaitsAndRejections1795305600008 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE tasks
        ADD COLUMN rejections smallint NOT NULL DEFAULT 0 CHECK (rejections >= 0),
        ADD COLUMN max_rejections smallint NOT NULL DEFAULT 2 CHECK (max_rejections >= 0);
      CREATE INDEX tasks_to_poll ON tasks (poll_at) WHERE external_id IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX tasks_to_poll;
      ALTER TABLE tasks DROP COLUMN rejections, DROP COLUMN max_rejections;
    `);
  }
}
