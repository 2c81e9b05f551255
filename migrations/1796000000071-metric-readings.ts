import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Metrics of the whole installation, which one process reads and all expose. Unlogged: a crash costs one reading. */
export class MetricReadings1796000000071 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE UNLOGGED TABLE metric_readings (
        name text PRIMARY KEY,
        -- when a process last began to read; the next one begins an interval later
        read_at timestamptz NOT NULL,
        readings jsonb,
        stored_at timestamptz
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE metric_readings`);
  }
}
