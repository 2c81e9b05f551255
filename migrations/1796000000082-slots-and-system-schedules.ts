import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Schedules whose due times are the publishing slots of an account. The trigger on accounts writes changed slots into them in the same
 * transaction, and the next pulse finds their next due time. And what the periodic work of the product did, and which of it is paused.
 */
export class SlotsAndSystemSchedules1796000000082 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- since then the slots of its account are others: the next due time is found again
      ALTER TABLE schedules ADD COLUMN slots_changed_at timestamptz;
      CREATE INDEX schedules_by_account ON schedules ((trigger->>'accountId')) WHERE trigger->>'type' = 'slots';

      -- What a schedule needs to know of an account.
      CREATE VIEW account_slots AS
      SELECT id AS account_id, time_zone, coalesce(publishing->'slots', '[]') AS slots, coalesce(publishing->'blackoutDays', '[]') AS blackout_days
      FROM accounts;

      CREATE FUNCTION schedule_slots_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        at timestamptz := date_trunc('milliseconds', app_clock());
        slots jsonb := '[]';
        days jsonb := '[]';
        zone text := OLD.time_zone;
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          slots := coalesce(NEW.publishing->'slots', '[]');
          days := coalesce(NEW.publishing->'blackoutDays', '[]');
          zone := NEW.time_zone;
        END IF;
        -- A due time that has come and waits for the next pulse stays.
        UPDATE schedules s
        SET trigger = s.trigger || jsonb_build_object('slots', slots, 'blackoutDays', days), time_zone = zone, updated_at = at,
            slots_changed_at = CASE WHEN s.next_due_at <= at THEN s.slots_changed_at ELSE at END,
            next_due_at = CASE WHEN s.next_due_at <= at THEN s.next_due_at ELSE at END,
            next_fire_at = CASE WHEN s.paused_at IS NULL THEN at END
        WHERE s.trigger->>'type' = 'slots' AND s.trigger->>'accountId' = OLD.id::text;
        RETURN NULL;
      END $$;
      CREATE TRIGGER account_slots_changed AFTER UPDATE ON accounts FOR EACH ROW
        WHEN (OLD.publishing->'slots' IS DISTINCT FROM NEW.publishing->'slots'
              OR OLD.publishing->'blackoutDays' IS DISTINCT FROM NEW.publishing->'blackoutDays' OR OLD.time_zone <> NEW.time_zone)
        EXECUTE FUNCTION schedule_slots_changed();
      CREATE TRIGGER account_slots_deleted AFTER DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION schedule_slots_changed();

      -- A row pauses the loops of this name in all processes.
      CREATE TABLE system_schedule_pauses (
        name text PRIMARY KEY,
        paused_at timestamptz NOT NULL,
        paused_by text NOT NULL
      );

      -- Rounds of a loop in one process: one row for each hour, and for each change between minutes with and without failures.
      CREATE TABLE system_schedule_runs (
        name text NOT NULL,
        -- of the first round
        from_at timestamptz NOT NULL,
        process text NOT NULL,
        -- of the last round
        until_at timestamptz NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('ok', 'failed')),
        error text,
        rounds integer NOT NULL CHECK (rounds > 0),
        failures integer NOT NULL CHECK (failures >= 0),
        interval_ms integer NOT NULL,
        last_ms integer NOT NULL,
        longest_ms integer NOT NULL,
        PRIMARY KEY (name, from_at, process)
      );
      CREATE INDEX system_schedule_runs_by_age ON system_schedule_runs (until_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE system_schedule_runs, system_schedule_pauses;
      DROP TRIGGER account_slots_deleted ON accounts;
      DROP TRIGGER account_slots_changed ON accounts;
      DROP FUNCTION schedule_slots_changed();
      DROP VIEW account_slots;
      DROP INDEX schedules_by_account;
      DELETE FROM schedules WHERE trigger->>'type' = 'slots';
      ALTER TABLE schedules DROP COLUMN slots_changed_at;
    `);
  }
}
