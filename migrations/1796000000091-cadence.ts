import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sections with a cadence: when one was last written, and why a topic of a run has its rank. */
export class Cadence1796000000091 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX content_generation_by_section ON content_generation (account_id, category, id) WHERE category IS NOT NULL;
      CREATE INDEX topics_by_section ON topics (account_id, section) WHERE status IN ('reserved', 'used');
      -- {code, section, daysOverdue}: core/topics/cadence.ts
      ALTER TABLE topic_submissions ADD choice jsonb;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE topic_submissions DROP choice;
      DROP INDEX topics_by_section;
      DROP INDEX content_generation_by_section;
    `);
  }
}
