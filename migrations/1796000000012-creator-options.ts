import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Options of the creator of an account, and contents that are samples. */
export class CreatorOptions1796000000012 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE accounts ADD creator_options jsonb NOT NULL DEFAULT '{}';

      ALTER TABLE contents DROP CONSTRAINT contents_kind_check;
      ALTER TABLE contents ADD CONSTRAINT contents_kind_check CHECK (kind IN ('article', 'digest', 'data', 'brief', 'sample'));
      -- a sample is the output of a test, and a brief is material for a writer
      ALTER TABLE contents ADD CONSTRAINT contents_not_for_readers CHECK (kind NOT IN ('brief', 'sample') OR review_status <> 'approved');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE contents DROP CONSTRAINT contents_not_for_readers;
      DELETE FROM contents WHERE kind = 'sample';
      ALTER TABLE contents DROP CONSTRAINT contents_kind_check;
      ALTER TABLE contents ADD CONSTRAINT contents_kind_check CHECK (kind IN ('article', 'digest', 'data', 'brief'));
      ALTER TABLE accounts DROP creator_options;
    `);
  }
}
