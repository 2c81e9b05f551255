import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Schedules, the record of each of their due times, and the time of the latest pulse. */
export class Schedules1796000000030 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE schedules (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        task_name text NOT NULL,
        -- its texts are Liquid templates
        params jsonb NOT NULL DEFAULT '{}',
        priority smallint CHECK (priority BETWEEN 1 AND 10),
        -- {type, …}: core/schedule/trigger.ts
        trigger jsonb NOT NULL,
        time_zone text NOT NULL,
        overlap text NOT NULL CHECK (overlap IN ('skip', 'queue', 'allow', 'cancel_previous')),
        misfire text NOT NULL CHECK (misfire IN ('skip', 'last', 'all')),
        catch_up_seconds integer NOT NULL CHECK (catch_up_seconds >= 0),
        jitter_seconds integer NOT NULL DEFAULT 0 CHECK (jitter_seconds >= 0),
        starts_at timestamptz,
        ends_at timestamptz,
        paused_at timestamptz,
        paused_by text,
        -- of the tasks file; it is changed there
        declared boolean NOT NULL DEFAULT false,
        -- the first due time that was not handled; NULL when there is none
        next_due_at timestamptz,
        -- the due time with its jitter; NULL also while paused
        next_fire_at timestamptz,
        -- the clock was at this time and went back: the next due time is found again
        replan_from timestamptz,
        -- counts changes by callers, not firings
        version integer NOT NULL DEFAULT 1,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock(),
        CONSTRAINT schedules_next CHECK ((next_fire_at IS NULL) = (next_due_at IS NULL OR paused_at IS NOT NULL)),
        CONSTRAINT schedules_paused CHECK ((paused_at IS NULL) = (paused_by IS NULL))
      );
      CREATE INDEX schedules_due ON schedules (next_fire_at) WHERE next_fire_at IS NOT NULL;
      CREATE INDEX schedules_by_task ON schedules (task_name);

      -- One row for each due time that was handled. The key keeps any two processes from firing it twice.
      CREATE TABLE schedule_firings (
        schedule_id uuid NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
        due_at timestamptz NOT NULL,
        kind text NOT NULL CHECK (kind IN ('due', 'run_now', 'backfill', 'note')),
        outcome text NOT NULL CHECK (outcome IN ('fired', 'skipped', 'failed', 'noted')),
        reason text,
        detail text,
        -- of several due times that were skipped: the end of the range (exclusive) and their number, NULL for many
        until_at timestamptz,
        count integer,
        -- without a foreign key, because the task is deleted by its own retention
        task_id uuid,
        -- the task may be unfinished: known only for schedules whose overlap matters
        open boolean NOT NULL DEFAULT false,
        actor text NOT NULL,
        -- the caller and its Idempotency-Key, of a run that a caller asked for
        request_key text,
        at timestamptz NOT NULL,
        -- later than the due time and its jitter
        late_ms integer,
        PRIMARY KEY (schedule_id, due_at),
        CONSTRAINT schedule_firings_task CHECK ((outcome = 'fired') = (task_id IS NOT NULL))
      );
      CREATE INDEX schedule_firings_open ON schedule_firings (schedule_id) WHERE open;
      CREATE UNIQUE INDEX schedule_firings_by_request ON schedule_firings (schedule_id, request_key) WHERE request_key IS NOT NULL;
      CREATE INDEX schedule_firings_by_age ON schedule_firings (at);

      CREATE VIEW schedule_live_tasks AS
      SELECT f.schedule_id, f.due_at, f.task_id FROM schedule_firings f JOIN tasks t ON t.id = f.task_id WHERE f.open AND t.terminal_at IS NULL;

      -- At most one row. A pulse that finds it in the future knows that the clock went back.
      CREATE TABLE schedule_clock (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        pulse_at timestamptz NOT NULL
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP VIEW schedule_live_tasks;
      DROP TABLE schedule_clock, schedule_firings, schedules;
    `);
  }
}
