import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace of the work that added an entry continues in the task that publishes it. */
export class TraceOfPoolEntries1796000000087 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE pool_entries ADD COLUMN trace_context text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE pool_entries DROP COLUMN trace_context');
  }
}
