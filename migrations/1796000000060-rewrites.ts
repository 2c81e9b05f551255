import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Another attempt at a content that a reviewer sent back. */
export class Rewrites1796000000060 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The content that this one is another attempt at. No foreign keys: a backup restores tables in the order of their references,
      -- which must form no cycle, and contents are never deleted.
      ALTER TABLE contents ADD rewrite_of uuid;
      CREATE INDEX contents_by_rewritten ON contents (rewrite_of) WHERE rewrite_of IS NOT NULL;

      ALTER TABLE content_generation ADD rewrite_of uuid;
      CREATE INDEX content_generation_by_rewritten ON content_generation (rewrite_of) WHERE rewrite_of IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE content_generation DROP rewrite_of;
      ALTER TABLE contents DROP rewrite_of;
    `);
  }
}
