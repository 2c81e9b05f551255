import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An entry of the publish pool knows whether its content is approved and whether its account and channel publish, so that the loop
 * reads the entries that it can publish and no others. Each fact has a column of its own: two transactions that change two of them
 * at once cannot overwrite each other. Triggers keep them true after any statement.
 */
export class PublishReadiness1796000000025 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE pool_entries
        ADD content_approved boolean NOT NULL DEFAULT false,
        ADD account_open boolean NOT NULL DEFAULT false,
        ADD channel_open boolean NOT NULL DEFAULT false,
        -- when it was reported as overdue: once
        ADD overdue_reported_at timestamptz;

      UPDATE pool_entries e
      SET content_approved = c.review_status = 'approved', account_open = a.status = 'active' AND NOT a.publishing_paused, channel_open = h.enabled
      FROM contents c, accounts a, account_channels h
      WHERE c.id = e.content_id AND a.id = e.account_id AND h.id = e.channel_id AND e.status <> 'published';

      DROP INDEX pool_entries_due;
      CREATE INDEX pool_entries_due ON pool_entries (coalesce(next_attempt_at, scheduled_at), priority)
        WHERE status IN ('publishing', 'outcome_unknown') OR (status = 'pending' AND content_approved AND account_open AND channel_open)
           OR (status = 'published' AND label_state IS NULL);
      CREATE INDEX pool_entries_unreported ON pool_entries (scheduled_at)
        WHERE content_approved AND overdue_reported_at IS NULL AND status IN ('pending', 'publishing', 'failed', 'outcome_unknown');

      -- The page of a published entry is read after a crash: next_attempt_at says when.
      CREATE OR REPLACE FUNCTION pool_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.status = 'published' AND to_jsonb(NEW) - '{label_state,task_id,next_attempt_at,updated_at}'::text[] <> to_jsonb(OLD) - '{label_state,task_id,next_attempt_at,updated_at}'::text[] THEN
          RAISE EXCEPTION 'pool entry %: what was published does not change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pool_published_is_final';
        END IF;
        IF NEW.revision NOT IN (OLD.revision, OLD.revision + 1) OR (NEW.revision = OLD.revision AND NEW.status <> OLD.status) THEN
          RAISE EXCEPTION 'pool entry %: % r% to % r%', OLD.id, OLD.status, OLD.revision, NEW.status, NEW.revision
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pool_audit_chain';
        END IF;
        RETURN NEW;
      END $$;

      -- FOR SHARE waits for a transaction that changes one of the facts now: it would not see the new entry.
      CREATE FUNCTION pool_entry_readiness() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        SELECT c.review_status = 'approved', a.status = 'active' AND NOT a.publishing_paused, h.enabled
        INTO NEW.content_approved, NEW.account_open, NEW.channel_open
        FROM contents c, accounts a, account_channels h
        WHERE c.id = NEW.content_id AND a.id = NEW.account_id AND h.id = NEW.channel_id FOR SHARE OF c, a, h;
        RETURN NEW;
      END $$;
      CREATE TRIGGER pool_entry_readiness BEFORE INSERT ON pool_entries FOR EACH ROW EXECUTE FUNCTION pool_entry_readiness();

      CREATE FUNCTION pool_content_readiness() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE pool_entries SET content_approved = NEW.review_status = 'approved' WHERE content_id = NEW.id AND status <> 'published';
        RETURN NULL;
      END $$;
      CREATE TRIGGER pool_content_readiness AFTER UPDATE ON contents FOR EACH ROW
        WHEN (OLD.review_status <> NEW.review_status) EXECUTE FUNCTION pool_content_readiness();

      CREATE FUNCTION pool_account_readiness() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE pool_entries SET account_open = NEW.status = 'active' AND NOT NEW.publishing_paused
        WHERE account_id = NEW.id AND status <> 'published';
        RETURN NULL;
      END $$;
      CREATE TRIGGER pool_account_readiness AFTER UPDATE ON accounts FOR EACH ROW
        WHEN (OLD.status <> NEW.status OR OLD.publishing_paused <> NEW.publishing_paused) EXECUTE FUNCTION pool_account_readiness();

      CREATE FUNCTION pool_channel_readiness() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE pool_entries SET channel_open = NEW.enabled WHERE account_id = NEW.account_id AND channel_id = NEW.id AND status <> 'published';
        RETURN NULL;
      END $$;
      CREATE TRIGGER pool_channel_readiness AFTER UPDATE ON account_channels FOR EACH ROW
        WHEN (OLD.enabled <> NEW.enabled) EXECUTE FUNCTION pool_channel_readiness();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER pool_channel_readiness ON account_channels;
      DROP TRIGGER pool_account_readiness ON accounts;
      DROP TRIGGER pool_content_readiness ON contents;
      DROP TRIGGER pool_entry_readiness ON pool_entries;
      DROP FUNCTION pool_channel_readiness, pool_account_readiness, pool_content_readiness, pool_entry_readiness;
      CREATE OR REPLACE FUNCTION pool_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.status = 'published' AND to_jsonb(NEW) - '{label_state,task_id,updated_at}'::text[] <> to_jsonb(OLD) - '{label_state,task_id,updated_at}'::text[] THEN
          RAISE EXCEPTION 'pool entry %: what was published does not change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pool_published_is_final';
        END IF;
        IF NEW.revision NOT IN (OLD.revision, OLD.revision + 1) OR (NEW.revision = OLD.revision AND NEW.status <> OLD.status) THEN
          RAISE EXCEPTION 'pool entry %: % r% to % r%', OLD.id, OLD.status, OLD.revision, NEW.status, NEW.revision
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pool_audit_chain';
        END IF;
        RETURN NEW;
      END $$;
      DROP INDEX pool_entries_unreported, pool_entries_due;
      CREATE INDEX pool_entries_due ON pool_entries (coalesce(next_attempt_at, scheduled_at), priority)
        WHERE status IN ('pending', 'publishing', 'outcome_unknown');
      ALTER TABLE pool_entries DROP content_approved, DROP account_open, DROP channel_open, DROP overdue_reported_at;
    `);
  }
}
