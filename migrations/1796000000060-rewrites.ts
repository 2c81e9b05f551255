import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Another attempt at a content that a reviewer sent back. */
export class Rewrites1796000000060 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- the content that this one is another attempt at
      ALTER TABLE contents ADD rewrite_of uuid REFERENCES contents (id) ON DELETE SET NULL;
      CREATE INDEX contents_by_rewritten ON contents (rewrite_of) WHERE rewrite_of IS NOT NULL;

      ALTER TABLE content_generation ADD rewrite_of uuid REFERENCES contents (id) ON DELETE SET NULL;
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
