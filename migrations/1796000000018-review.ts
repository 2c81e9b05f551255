import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The review of contents: the policy of an account, guarded transitions with an audit, and notes that are never published. */
export class Review1796000000018 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- {mode, threshold, share}: core/review/review-policy.ts
      ALTER TABLE accounts ADD review jsonb NOT NULL DEFAULT '{"mode": "auto"}';

      -- The pairs of core/review/review.ts, each with its transition.
      CREATE FUNCTION review_transition_allowed(transition text, from_status text, to_status text) RETURNS boolean
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT transition || ':' || coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        'create:>pending_review', 'create:>approved',
        'edit:draft>draft', 'edit:pending_review>pending_review', 'edit:approved>pending_review', 'edit:rejected>pending_review',
        'fix:approved>approved', 'submit:draft>pending_review', 'approve:pending_review>approved',
        'return:pending_review>draft', 'return:approved>draft',
        'reject:draft>rejected', 'reject:pending_review>rejected', 'reject:approved>rejected',
        'reopen:rejected>pending_review']) $$;

      -- An actor without its name, which may change (core/actor/actor.ts).
      CREATE FUNCTION actor_identity(actor text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
      $$ SELECT split_part(actor, ':', 1) || ':' || split_part(actor, ':', 2) $$;

      ALTER TABLE contents
        ADD requested_by text NOT NULL DEFAULT 'system',
        ADD edited_by text,
        -- 0-100, core/review/review-policy.ts
        ADD review_risk smallint NOT NULL DEFAULT 0 CHECK (review_risk BETWEEN 0 AND 100),
        -- counts the transitions; the trigger writes one audit row for each
        ADD review_revision integer NOT NULL DEFAULT 1,
        ADD review_transition text NOT NULL DEFAULT 'create',
        ADD review_actor text NOT NULL DEFAULT 'rules',
        ADD review_note text,
        -- SHA-256 of all that readers get, written by the trigger
        ADD package_hash text NOT NULL DEFAULT '',
        -- what the approval is for: any other version or package is not approved
        ADD approved_version integer,
        ADD approved_hash text,
        ADD approved_at timestamptz;

      CREATE FUNCTION content_package_hash(c contents) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT encode(sha256(convert_to(jsonb_build_array(
          c.kind, c.language, c.title, c.summary, c.body_markdown, c.body_html, c.images, c.cover_svg, c.sources)::text, 'UTF8')), 'hex') $$;

      UPDATE contents c SET package_hash = content_package_hash(c);
      UPDATE contents SET approved_version = version, approved_hash = package_hash, approved_at = updated_at, reviewer = coalesce(reviewer, 'rules')
      WHERE review_status = 'approved';

      CREATE TABLE content_reviews (
        content_id uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
        revision integer NOT NULL,
        transition text NOT NULL,
        from_status text,
        to_status text NOT NULL,
        actor text NOT NULL,
        -- codes
        reasons jsonb NOT NULL,
        note text,
        version integer NOT NULL,
        package_hash text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (content_id, revision),
        CONSTRAINT content_reviews_transition CHECK (review_transition_allowed(transition, from_status, to_status))
      );
      INSERT INTO content_reviews
      SELECT id, 1, 'create', NULL, CASE review_status WHEN 'approved' THEN 'approved' ELSE 'pending_review' END, 'rules', review_reasons, NULL, version,
             package_hash, created_at FROM contents;

      -- The one place where an approval ends: a change of the package that is not approved itself drops it.
      CREATE FUNCTION content_review_guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.package_hash := content_package_hash(NEW);
        IF TG_OP = 'UPDATE' AND NEW.review_revision = OLD.review_revision THEN
          IF NEW.review_status <> OLD.review_status THEN
            RAISE EXCEPTION 'content %: % to % without a transition', OLD.id, OLD.review_status, NEW.review_status
              USING ERRCODE = 'check_violation', CONSTRAINT = 'content_review_named';
          END IF;
          IF OLD.review_status = 'approved' AND (NEW.package_hash <> OLD.package_hash OR NEW.version <> OLD.version) THEN
            NEW.review_status := 'pending_review';
            NEW.review_revision := OLD.review_revision + 1;
            NEW.review_transition := 'edit';
            NEW.review_actor := 'system';
            NEW.review_reasons := '["changed_after_approval"]';
            NEW.review_note := NULL;
          END IF;
        ELSIF TG_OP = 'UPDATE' AND NEW.review_revision <> OLD.review_revision + 1 THEN
          RAISE EXCEPTION 'content %: review % follows %', OLD.id, NEW.review_revision, OLD.review_revision
            USING ERRCODE = 'check_violation', CONSTRAINT = 'content_review_chain';
        END IF;
        IF NEW.review_status = 'approved' THEN
          IF TG_OP = 'INSERT' OR NEW.review_revision <> OLD.review_revision THEN
            NEW.approved_version := NEW.version;
            NEW.approved_hash := NEW.package_hash;
            NEW.approved_at := app_clock();
            NEW.reviewer := NEW.review_actor;
          END IF;
        ELSE
          NEW.approved_version := NULL;
          NEW.approved_hash := NULL;
          NEW.approved_at := NULL;
          NEW.reviewer := NULL;
        END IF;
        RETURN NEW;
      END $$;

      CREATE FUNCTION content_review_audit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          INSERT INTO content_reviews VALUES (NEW.id, NEW.review_revision, NEW.review_transition, NULL, NEW.review_status, NEW.review_actor,
            NEW.review_reasons, NEW.review_note, NEW.version, NEW.package_hash, app_clock());
        ELSIF NEW.review_revision <> OLD.review_revision THEN
          INSERT INTO content_reviews VALUES (NEW.id, NEW.review_revision, NEW.review_transition, OLD.review_status, NEW.review_status,
            NEW.review_actor, NEW.review_reasons, NEW.review_note, NEW.version, NEW.package_hash, app_clock());
        END IF;
        RETURN NULL;
      END $$;

      CREATE TRIGGER content_review_guard BEFORE INSERT OR UPDATE ON contents FOR EACH ROW EXECUTE FUNCTION content_review_guard();
      CREATE TRIGGER content_review_audit AFTER INSERT OR UPDATE ON contents FOR EACH ROW EXECUTE FUNCTION content_review_audit();

      ALTER TABLE contents ADD CONSTRAINT contents_approval CHECK (
        CASE review_status WHEN 'approved' THEN
          approved_at IS NOT NULL AND reviewer IS NOT NULL AND approved_version = version AND approved_hash = package_hash
        ELSE approved_version IS NULL AND approved_hash IS NULL AND approved_at IS NULL AND reviewer IS NULL END);
      CREATE INDEX contents_by_risk ON contents (review_status, review_risk DESC, id);

      -- Of editors to each other.
      CREATE TABLE content_notes (
        id uuid PRIMARY KEY,
        content_id uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
        author text NOT NULL,
        text text NOT NULL CHECK (text <> ''),
        created_at timestamptz NOT NULL
      );
      CREATE INDEX content_notes_by_content ON content_notes (content_id, id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE content_notes;
      DROP INDEX contents_by_risk;
      DROP TRIGGER content_review_audit ON contents;
      DROP TRIGGER content_review_guard ON contents;
      DROP FUNCTION content_review_audit, content_review_guard;
      DROP TABLE content_reviews;
      DROP FUNCTION content_package_hash;
      ALTER TABLE contents DROP CONSTRAINT contents_approval, DROP requested_by, DROP edited_by, DROP review_risk, DROP review_revision,
        DROP review_transition, DROP review_actor, DROP review_note, DROP package_hash, DROP approved_version, DROP approved_hash, DROP approved_at;
      DROP FUNCTION review_transition_allowed, actor_identity;
      ALTER TABLE accounts DROP review;
    `);
  }
}
