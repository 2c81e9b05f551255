import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The cleaner deletes the oldest events of the outbox: without an index each of its rounds would read the whole table. */
export class OutboxAge1795305600015 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE INDEX outbox_by_age ON outbox (created_at, id)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX outbox_by_age');
  }
}
