import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The publish pool: channels of accounts, entries with guarded transitions and an audit, and the intents of the publish boundary. */
export class Publishing1796000000019 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- {slots, minGapMinutes, dailyQuota, blackoutDays, author, responsible, producer}: content/accounts/publishing.dto.ts
      ALTER TABLE accounts ADD publishing jsonb NOT NULL DEFAULT '{}', ADD publishing_paused boolean NOT NULL DEFAULT false;

      CREATE TABLE account_channels (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        name text NOT NULL,
        -- in the registry of channels
        kind text NOT NULL,
        config jsonb NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock(),
        UNIQUE (account_id, name)
      );

      -- Images of frozen packages, by their content.
      CREATE TABLE publish_assets (
        sha256 text PRIMARY KEY,
        bytes bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_clock()
      );

      -- The pairs of core/publishing/pool.ts, each with its transition.
      CREATE FUNCTION pool_transition_allowed(transition text, from_status text, to_status text) RETURNS boolean
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT transition || ':' || coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        'enqueue:>pending', 'move:pending>pending', 'begin:pending>publishing',
        'publish:publishing>published', 'publish:outcome_unknown>published',
        'postpone:publishing>pending', 'fail:publishing>failed', 'lose:publishing>outcome_unknown', 'absent:outcome_unknown>pending',
        'settle:outcome_unknown>published', 'retry:failed>pending', 'retry:outcome_unknown>pending',
        'pull:pending>pulled', 'pull:failed>pulled', 'restore:pulled>pending']) $$;

      -- A content on its way to a channel.
      CREATE TABLE pool_entries (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts (id),
        content_id uuid NOT NULL REFERENCES contents (id),
        channel_id uuid NOT NULL REFERENCES account_channels (id),
        status text NOT NULL DEFAULT 'pending'
          CHECK (status IN ('pending', 'publishing', 'published', 'failed', 'outcome_unknown', 'pulled')),
        -- 1 (first) to 10, among entries that are due
        priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
        scheduled_at timestamptz NOT NULL,
        -- the wall time of the account's zone that was meant, YYYY-MM-DDTHH:MM
        scheduled_local text NOT NULL,
        time_zone text NOT NULL,
        -- counts the transitions; the trigger writes one audit row for each
        revision integer NOT NULL DEFAULT 1,
        transition text NOT NULL DEFAULT 'enqueue',
        actor text NOT NULL,
        note text,
        -- calls of the channel, those that were certainly not sent included
        attempts integer NOT NULL DEFAULT 0,
        -- of the next call or probe; NULL for scheduled_at
        next_attempt_at timestamptz,
        -- {code, message, pointer} of the last failure, or why a due entry waits
        last_error jsonb,
        -- the task that works on it now
        task_id uuid,
        -- draft_created, publish_submitted or published
        outcome text,
        external_id text,
        external_url text,
        published_version integer,
        published_hash text,
        published_at timestamptz,
        -- found, missing, not_needed or cannot_tell: whether the page shows the AI label
        label_state text,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock(),
        CONSTRAINT pool_entries_published CHECK (
          (status = 'published') = (published_at IS NOT NULL AND published_version IS NOT NULL AND published_hash IS NOT NULL AND outcome IS NOT NULL))
      );
      CREATE UNIQUE INDEX pool_entries_live ON pool_entries (content_id, channel_id)
        WHERE status IN ('pending', 'publishing', 'failed', 'outcome_unknown');
      CREATE INDEX pool_entries_due ON pool_entries (coalesce(next_attempt_at, scheduled_at), priority)
        WHERE status IN ('pending', 'publishing', 'outcome_unknown');
      CREATE INDEX pool_entries_by_account ON pool_entries (account_id, scheduled_at);
      CREATE INDEX pool_entries_by_content ON pool_entries (content_id);

      CREATE TABLE pool_audit (
        entry_id uuid NOT NULL REFERENCES pool_entries (id) ON DELETE CASCADE,
        revision integer NOT NULL,
        transition text NOT NULL,
        from_status text,
        to_status text NOT NULL,
        actor text NOT NULL,
        note text,
        error jsonb,
        scheduled_at timestamptz NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (entry_id, revision),
        CONSTRAINT pool_audit_transition CHECK (pool_transition_allowed(transition, from_status, to_status))
      );

      CREATE FUNCTION pool_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
      CREATE FUNCTION pool_entry_audit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' OR NEW.revision <> OLD.revision THEN
          INSERT INTO pool_audit VALUES (NEW.id, NEW.revision, NEW.transition, CASE TG_OP WHEN 'UPDATE' THEN OLD.status END, NEW.status, NEW.actor,
            NEW.note, CASE WHEN NEW.transition IN ('postpone', 'fail', 'lose') THEN NEW.last_error END, NEW.scheduled_at, app_clock());
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER pool_entry_guard BEFORE UPDATE ON pool_entries FOR EACH ROW EXECUTE FUNCTION pool_entry_guard();
      CREATE TRIGGER pool_entry_audit AFTER INSERT OR UPDATE ON pool_entries FOR EACH ROW EXECUTE FUNCTION pool_entry_audit();

      -- Stored before the call: one version of a content goes to a channel by one intent, whatever happens to the process.
      CREATE TABLE publish_intents (
        id uuid PRIMARY KEY,
        entry_id uuid NOT NULL REFERENCES pool_entries (id) ON DELETE CASCADE,
        content_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        content_version integer NOT NULL,
        package jsonb NOT NULL,
        package_hash text NOT NULL,
        -- calls of the channel; a late answer of an earlier call that was not sent changes nothing
        sends integer NOT NULL DEFAULT 1,
        sent_at timestamptz NOT NULL,
        -- NULL while unknown
        outcome text CHECK (outcome IN ('published', 'draft_created', 'publish_submitted', 'not_sent')),
        external_id text,
        external_url text,
        warnings jsonb NOT NULL DEFAULT '[]',
        settled_at timestamptz,
        -- answer, probe, or the actor
        settled_by text,
        UNIQUE (content_id, channel_id, content_version),
        CONSTRAINT publish_intents_settled CHECK ((outcome IS NULL) = (settled_at IS NULL))
      );
      CREATE FUNCTION publish_intent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.package <> OLD.package OR NEW.package_hash <> OLD.package_hash OR NEW.content_version <> OLD.content_version
           OR (OLD.outcome IS NOT NULL AND OLD.outcome <> 'not_sent') THEN
          RAISE EXCEPTION 'publish intent %: a frozen package and a known outcome do not change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'publish_intent_is_frozen';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER publish_intent_guard BEFORE UPDATE ON publish_intents FOR EACH ROW EXECUTE FUNCTION publish_intent_guard();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE publish_intents;
      DROP FUNCTION publish_intent_guard;
      DROP TABLE pool_audit, pool_entries;
      DROP FUNCTION pool_entry_guard, pool_entry_audit, pool_transition_allowed;
      DROP TABLE publish_assets, account_channels;
      ALTER TABLE accounts DROP publishing, DROP publishing_paused;
    `);
  }
}
