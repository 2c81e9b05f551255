import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the API says of a content task beside the 22 fields, for the statement that reads those: one snapshot gives both. */
export class ContentTaskProgress1796000000083 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE VIEW content_task_progress AS
      SELECT t.id, t.status AS task_status, t.attempt, t.external_id, t.progress, t.step,
             t.params->>'audience' AS audience, t.params->'minWords' AS min_words, t.params->'maxWords' AS max_words
      FROM tasks t;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP VIEW content_task_progress');
  }
}
