import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the admin reads: indexes for the filters and counts of executions, and transitions by minute. */
export class AdminReads1796000000085 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Every index costs each transition whose row it has, so those of a status are partial: pending, active and unsuccessful tasks have one.
      CREATE INDEX tasks_submitted ON tasks (id) WHERE status = 'submitted';
      CREATE INDEX tasks_by_error ON tasks ((error ->> 'code'), id) WHERE error IS NOT NULL;
      CREATE INDEX tasks_by_end ON tasks (terminal_at, id) WHERE terminal_at IS NOT NULL;

      -- Transitions of each minute, by task name and queue, for charts of throughput. Kept for 32 days.
      CREATE TABLE minute_statistics (
        minute timestamptz NOT NULL,
        name text NOT NULL,
        queue text NOT NULL,
        submitted integer NOT NULL DEFAULT 0,
        completed integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        timeout integer NOT NULL DEFAULT 0,
        cancelled integer NOT NULL DEFAULT 0,
        PRIMARY KEY (minute, name, queue)
      );

      -- Changes of things that are not tasks, for GET /events. With the audit of tasks it is one feed in the order of transactions.
      CREATE TABLE live_changes (
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        id uuid NOT NULL,
        -- of the thing; rises with each change
        version integer NOT NULL,
        topic text NOT NULL CHECK (topic IN ('contents', 'alerts')),
        -- who is limited to other accounts does not see it; NULL for what belongs to no account
        account_id uuid,
        data jsonb NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (xid, id, version)
      );
      CREATE INDEX live_changes_by_time ON live_changes (at);

      CREATE FUNCTION announce_content_review() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO live_changes (id, version, topic, account_id, data, at)
        SELECT c.id, NEW.revision, 'contents', c.account_id, jsonb_build_object('contentId', c.id, 'accountId', c.account_id, 'title', c.title,
                 'transition', NEW.transition, 'fromStatus', NEW.from_status, 'reviewStatus', NEW.to_status, 'version', NEW.version, 'revision', NEW.revision,
                 'executionId', c.generation_task_id), NEW.at
        FROM contents c WHERE c.id = NEW.content_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER content_reviews_announced AFTER INSERT ON content_reviews FOR EACH ROW EXECUTE FUNCTION announce_content_review();

      CREATE FUNCTION announce_alert() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO live_changes (id, version, topic, data, at)
        SELECT a.id, NEW.version, 'alerts', jsonb_build_object('alertId', a.id, 'ruleId', a.rule_id, 'rule', r.name, 'series', a.series, 'severity', a.severity,
                 'fromStatus', NEW.from_status, 'status', NEW.to_status, 'value', NEW.value, 'version', NEW.version), NEW.at
        FROM alerts a JOIN alert_rules r ON r.id = a.rule_id WHERE a.id = NEW.alert_id
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER alert_history_announced AFTER INSERT ON alert_history FOR EACH ROW EXECUTE FUNCTION announce_alert();

      -- Filters of pages, with a name. Each has one owner; a shared one is shown to others.
      CREATE TABLE saved_views (
        id uuid PRIMARY KEY,
        -- the text of an actor
        owner text NOT NULL,
        page text NOT NULL,
        name text NOT NULL,
        query text NOT NULL CHECK (length(query) <= 2000),
        shared boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock()
      );
      CREATE UNIQUE INDEX saved_views_name ON saved_views (actor_identity(owner), page, name);
      CREATE INDEX saved_views_shared ON saved_views (page, name) WHERE shared;

      -- Who has a content open. Unlogged: a crash costs 30 seconds of it.
      CREATE UNLOGGED TABLE content_presence (
        content_id uuid NOT NULL,
        reader text NOT NULL,
        since timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (content_id, reader)
      );
      CREATE INDEX content_presence_by_time ON content_presence (seen_at);

      -- The pairs of core/review/review.ts, now with undo.
      CREATE OR REPLACE FUNCTION review_transition_allowed(transition text, from_status text, to_status text) RETURNS boolean
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT transition || ':' || coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        'create:>pending_review', 'create:>approved',
        'edit:draft>draft', 'edit:pending_review>pending_review', 'edit:approved>pending_review', 'edit:rejected>pending_review',
        'fix:approved>approved', 'submit:draft>pending_review', 'approve:pending_review>approved',
        'return:pending_review>draft', 'return:approved>draft',
        'reject:draft>rejected', 'reject:pending_review>rejected', 'reject:approved>rejected',
        'reopen:rejected>pending_review', 'undo:approved>pending_review', 'undo:draft>pending_review']) $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION review_transition_allowed(transition text, from_status text, to_status text) RETURNS boolean
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT transition || ':' || coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        'create:>pending_review', 'create:>approved',
        'edit:draft>draft', 'edit:pending_review>pending_review', 'edit:approved>pending_review', 'edit:rejected>pending_review',
        'fix:approved>approved', 'submit:draft>pending_review', 'approve:pending_review>approved',
        'return:pending_review>draft', 'return:approved>draft',
        'reject:draft>rejected', 'reject:pending_review>rejected', 'reject:approved>rejected',
        'reopen:rejected>pending_review']) $$;
      DROP TABLE content_presence, saved_views;
      DROP TRIGGER alert_history_announced ON alert_history;
      DROP TRIGGER content_reviews_announced ON content_reviews;
      DROP FUNCTION announce_alert, announce_content_review;
      DROP TABLE live_changes, minute_statistics;
      DROP INDEX tasks_by_end, tasks_by_error, tasks_submitted;
    `);
  }
}
