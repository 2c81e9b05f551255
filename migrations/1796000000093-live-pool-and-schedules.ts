import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Changes of the publish pool and of schedules in the event stream; the names of accounts for slots that the tasks file declares; and
 * the titles that models word for topics.
 */
export class LivePoolAndSchedules1796000000093 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE VIEW account_slots AS
      SELECT id AS account_id, time_zone, coalesce(publishing->'slots', '[]') AS slots, coalesce(publishing->'blackoutDays', '[]') AS blackout_days,
             name
      FROM accounts;

      -- How a model worded the title of a source, by the template of its prompt. It is paid for once, and a topic that was worded is
      -- recognised by the title of its source. title = source_title records that the answer was unusable, so it is not requested again.
      CREATE TABLE topic_titles (
        account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        source_title text NOT NULL CHECK (length(source_title) BETWEEN 1 AND 300),
        prompt_hash text NOT NULL CHECK (prompt_hash ~ '^[0-9a-f]{64}$'),
        title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
        -- when its source was last read with this title, by the day: the retention deletes rows by it
        seen_at timestamptz NOT NULL DEFAULT app_clock(),
        PRIMARY KEY (account_id, source_title, prompt_hash)
      );
      CREATE INDEX topic_titles_by_time ON topic_titles (seen_at);

      ALTER TABLE live_changes DROP CONSTRAINT live_changes_topic_check;
      ALTER TABLE live_changes ADD CONSTRAINT live_changes_topic_check CHECK (topic IN ('contents', 'alerts', 'pool', 'schedules'));

      CREATE FUNCTION announce_pool_entry() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO live_changes (id, version, topic, account_id, data, at)
        SELECT e.id, NEW.revision, 'pool', e.account_id, jsonb_build_object('entryId', e.id, 'accountId', e.account_id, 'contentId', e.content_id,
                 'channelId', e.channel_id, 'transition', NEW.transition, 'fromStatus', NEW.from_status, 'status', NEW.to_status,
                 'scheduledAt', NEW.scheduled_at, 'revision', NEW.revision), NEW.at
        FROM pool_entries e WHERE e.id = NEW.entry_id
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER pool_audit_announced AFTER INSERT ON pool_audit FOR EACH ROW EXECUTE FUNCTION announce_pool_entry();

      -- Deferred: a transaction that changes a schedule several times, as a firing does, is one change with the state at its end.
      CREATE FUNCTION announce_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        changed uuid;
      BEGIN
        IF TG_TABLE_NAME = 'schedule_firings' THEN
          changed := NEW.schedule_id;
        ELSIF TG_OP = 'DELETE' THEN
          INSERT INTO live_changes (id, version, topic, data, at)
          VALUES (OLD.id, OLD.version, 'schedules', jsonb_build_object('scheduleId', OLD.id, 'name', OLD.name, 'taskName', OLD.task_name, 'kind', 'task',
                   'status', 'deleted', 'version', OLD.version), app_clock())
          ON CONFLICT DO NOTHING;
          RETURN NULL;
        ELSE
          changed := NEW.id;
        END IF;
        INSERT INTO live_changes (id, version, topic, data, at)
        SELECT s.id, s.version, 'schedules', jsonb_build_object('scheduleId', s.id, 'name', s.name, 'taskName', s.task_name, 'kind', 'task',
                 'status', CASE WHEN s.paused_at IS NOT NULL THEN 'paused' WHEN s.next_due_at IS NULL THEN 'finished' ELSE 'active' END,
                 'version', s.version), app_clock()
        FROM schedules s WHERE s.id = changed
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER schedules_announced AFTER INSERT OR UPDATE OR DELETE ON schedules
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION announce_schedule();
      CREATE CONSTRAINT TRIGGER schedule_firings_announced AFTER INSERT ON schedule_firings
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION announce_schedule();

      -- System schedules have names only.
      CREATE FUNCTION announce_system_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        changed text := CASE TG_OP WHEN 'DELETE' THEN OLD.name ELSE NEW.name END;
      BEGIN
        INSERT INTO live_changes (id, version, topic, data, at)
        VALUES (md5('system schedule ' || changed)::uuid, 0, 'schedules', jsonb_build_object('scheduleId', NULL, 'name', changed, 'taskName', NULL,
                 'kind', 'system', 'status', CASE TG_OP WHEN 'DELETE' THEN 'active' ELSE 'paused' END, 'version', NULL), app_clock())
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER system_schedule_pauses_announced AFTER INSERT OR DELETE ON system_schedule_pauses
        FOR EACH ROW EXECUTE FUNCTION announce_system_schedule();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER system_schedule_pauses_announced ON system_schedule_pauses;
      DROP TRIGGER schedule_firings_announced ON schedule_firings;
      DROP TRIGGER schedules_announced ON schedules;
      DROP TRIGGER pool_audit_announced ON pool_audit;
      DROP FUNCTION announce_system_schedule, announce_schedule, announce_pool_entry;
      DELETE FROM live_changes WHERE topic IN ('pool', 'schedules');
      ALTER TABLE live_changes DROP CONSTRAINT live_changes_topic_check;
      ALTER TABLE live_changes ADD CONSTRAINT live_changes_topic_check CHECK (topic IN ('contents', 'alerts'));
      DROP TABLE topic_titles;
      DROP VIEW account_slots;
      CREATE VIEW account_slots AS
      SELECT id AS account_id, time_zone, coalesce(publishing->'slots', '[]') AS slots, coalesce(publishing->'blackoutDays', '[]') AS blackout_days
      FROM accounts;
    `);
  }
}
