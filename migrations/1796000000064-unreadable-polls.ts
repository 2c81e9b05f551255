import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Unreadable answers of another system in a row. Work is paid for, so a single one does not end it. */
export class UnreadablePolls1796000000064 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE creator_work ADD COLUMN unreadable_polls integer NOT NULL DEFAULT 0 CHECK (unreadable_polls >= 0)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE creator_work DROP COLUMN unreadable_polls');
  }
}
