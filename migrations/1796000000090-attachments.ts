import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that editors add to contents. They are part of the package, so the trigger of the review ends an approval when they change. */
export class Attachments1796000000090 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- [{name, title, mediaType, bytes, sha256, addedBy, addedAt}]: content/attachments/attachment.ts; the bytes are in publish_assets
      ALTER TABLE contents ADD attachments jsonb NOT NULL DEFAULT '[]';
      ALTER TABLE content_versions ADD attachments jsonb NOT NULL DEFAULT '[]';
      CREATE INDEX contents_by_attachment ON contents USING gin (attachments jsonb_path_ops) WHERE attachments <> '[]';

      -- False for a file that no package has: it is deleted when no content has it any more.
      ALTER TABLE publish_assets ADD in_package boolean NOT NULL DEFAULT true;
      CREATE INDEX publish_assets_unpackaged ON publish_assets (created_at) WHERE NOT in_package;

      -- A content without files keeps its hash, and with it its approval.
      CREATE OR REPLACE FUNCTION content_package_hash(c contents) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT encode(sha256(convert_to((jsonb_build_array(
          c.kind, c.language, c.title, c.summary, c.body_markdown, c.body_html, c.images, c.cover_svg, c.sources)
          || CASE WHEN c.attachments = '[]' THEN '[]'::jsonb ELSE jsonb_build_array(c.attachments) END)::text, 'UTF8')), 'hex') $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION content_package_hash(c contents) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT encode(sha256(convert_to(jsonb_build_array(
          c.kind, c.language, c.title, c.summary, c.body_markdown, c.body_html, c.images, c.cover_svg, c.sources)::text, 'UTF8')), 'hex') $$;
      DROP INDEX contents_by_attachment;
      ALTER TABLE contents DROP attachments;
      ALTER TABLE content_versions DROP attachments;
      ALTER TABLE publish_assets DROP in_package;
    `);
  }
}
