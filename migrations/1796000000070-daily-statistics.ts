import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Transitions of each day, by task name. They outlive the tasks that they count. */
export class DailyStatistics1796000000070 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE daily_statistics (
        -- in UTC
        day date NOT NULL,
        name text NOT NULL,
        submitted integer NOT NULL DEFAULT 0,
        started integer NOT NULL DEFAULT 0,
        completed integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        timeout integer NOT NULL DEFAULT 0,
        cancelled integer NOT NULL DEFAULT 0,
        retried integer NOT NULL DEFAULT 0,
        rescued integer NOT NULL DEFAULT 0,
        -- of the last attempts of completed tasks, from their start to their end
        completed_run_ms bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (day, name)
      );

      -- How far the rows of task_audit are counted: all transactions below xid.
      CREATE TABLE statistics_watermarks (
        name text PRIMARY KEY,
        xid xid8 NOT NULL,
        counted_at timestamptz NOT NULL,
        -- A restored database counts its transactions again. Rows up to this time are from before the restore, and counted.
        restored_to timestamptz NOT NULL
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE statistics_watermarks, daily_statistics`);
  }
}
