import type { MigrationInterface, QueryRunner } from 'typeorm';

/** No way of writing leaves a score above 90 to a content that no person has approved. The services compute the exact score. */
export class ScoreNeedsAPerson1796000000065 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION content_score_guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.quality_score > 90 AND coalesce(NEW.reviewer, 'rules') = 'rules' THEN
          NEW.quality_score := 90;
        END IF;
        RETURN NEW;
      END $$;

      -- Runs after content_review_guard, which sets the reviewer: triggers of one event run in the order of their names.
      CREATE TRIGGER content_score_guard BEFORE INSERT OR UPDATE ON contents FOR EACH ROW
        EXECUTE FUNCTION content_score_guard();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER content_score_guard ON contents;
      DROP FUNCTION content_score_guard();
    `);
  }
}
