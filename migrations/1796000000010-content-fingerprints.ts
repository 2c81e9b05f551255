import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What near-duplicates are found by (ADR 0045). Arrays of hashes with an inverted index: one row for each content. */
export class ContentFingerprints1796000000010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE content_fingerprints (
        content_id uuid PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
        -- the version of the content
        version integer NOT NULL,
        title_grams integer[] NOT NULL,
        -- empty for contents that are never published
        body_bands integer[] NOT NULL,
        body_signature bytea NOT NULL
      );
      -- Without the list of pending entries, which each search would read to its end.
      CREATE INDEX content_fingerprints_by_body ON content_fingerprints USING gin (body_bands) WITH (fastupdate = off);
      CREATE INDEX content_fingerprints_by_title ON content_fingerprints USING gin (title_grams) WITH (fastupdate = off);

      ALTER TABLE content_generation ADD COLUMN topic_grams integer[] NOT NULL DEFAULT '{}';
      CREATE INDEX content_generation_by_topic ON content_generation USING gin (topic_grams) WITH (fastupdate = off);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX content_generation_by_topic;
      ALTER TABLE content_generation DROP COLUMN topic_grams;
      DROP TABLE content_fingerprints;
    `);
  }
}
