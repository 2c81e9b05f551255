import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the feed channel has published: the frozen packages from which the feeds of an account are rendered. */
export class FeedEntries1796000000014 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE feed_entries (
        account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        content_id uuid NOT NULL,
        package jsonb NOT NULL,
        package_hash text NOT NULL CHECK (package_hash ~ '^[0-9a-f]{64}$'),
        published_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL CHECK (updated_at >= published_at),
        PRIMARY KEY (account_id, content_id)
      );
      CREATE INDEX feed_entries_newest ON feed_entries (account_id, published_at DESC, content_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE feed_entries');
  }
}
