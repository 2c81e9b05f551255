import type { MigrationInterface, QueryRunner } from 'typeorm';

const OLD_CONDITION = 'n.enabled AND (n.types IS NULL OR e.type = ANY (n.types))';
/** `batch.done` belongs to no account. */
const NEW_CONDITION = 'n.enabled AND n.account_ids IS NULL AND (n.types IS NULL OR n.types && event_type_patterns(e.type))';

/**
 * Endpoints of webhooks: filters, pauses, secrets, what their last attempts were, and a log of attempts. The engine enforces how many
 * deliveries of one endpoint run at once, as the limit of the key that they are counted under.
 */
export class Webhooks1796000000081 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION event_type_patterns(type text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT ARRAY[type, split_part(type, '.', 1) || '.*', '*']
      $$;

      ALTER TABLE event_endpoints
        ADD COLUMN description text NOT NULL DEFAULT '',
        -- only events of these accounts; NULL for all events
        ADD COLUMN account_ids uuid[],
        -- settings: by the variables WEBHOOK_*, one row
        ADD COLUMN managed_by text NOT NULL DEFAULT 'api' CHECK (managed_by IN ('api', 'settings')),
        ADD COLUMN timeout_ms int NOT NULL DEFAULT 10000 CHECK (timeout_ms BETWEEN 1 AND 300000),
        -- its deliveries are recorded, and wait
        ADD COLUMN paused_at timestamptz,
        ADD COLUMN paused_reason text CHECK (paused_reason IN ('operator', 'failing', 'gone')),
        ADD COLUMN paused_by text,
        -- attempts since the last success
        ADD COLUMN failures int NOT NULL DEFAULT 0,
        ADD COLUMN failing_since timestamptz,
        ADD COLUMN last_success_at timestamptz,
        ADD COLUMN last_failure_at timestamptz,
        ADD COLUMN version int NOT NULL DEFAULT 1,
        ADD COLUMN created_by text NOT NULL DEFAULT 'migration',
        ADD COLUMN updated_at timestamptz NOT NULL DEFAULT app_clock(),
        ADD CHECK ((paused_at IS NULL) = (paused_reason IS NULL) AND (paused_at IS NULL) = (paused_by IS NULL)),
        ADD CHECK ((failures = 0) = (failing_since IS NULL));
      CREATE UNIQUE INDEX event_endpoints_of_settings ON event_endpoints (managed_by) WHERE managed_by = 'settings';

      -- A row signs until it expires. As text, because a signature needs the key itself.
      CREATE TABLE webhook_secrets (
        id uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL REFERENCES event_endpoints (id) ON DELETE CASCADE,
        secret text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        expires_at timestamptz
      );
      CREATE INDEX webhook_secrets_by_endpoint ON webhook_secrets (endpoint_id);

      -- Never changed. Deleted with their events.
      CREATE TABLE delivery_attempts (
        id uuid PRIMARY KEY,
        event_id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        task_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        duration_ms int NOT NULL,
        -- NULL without an answer
        status smallint,
        -- NULL after an answer of 2xx
        error_code text,
        error text,
        excerpt text,
        FOREIGN KEY (event_id, endpoint_id) REFERENCES deliveries (event_id, endpoint_id) ON DELETE CASCADE,
        CHECK ((error_code IS NULL) = (error IS NULL))
      );
      CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (endpoint_id, event_id, id);

      -- Each endpoint has its own place in the round of the dispatcher.
      CREATE INDEX deliveries_waiting ON deliveries (endpoint_id, event_id) WHERE task_id IS NULL;

      -- Hanging endpoints would otherwise occupy all slots of the workers.
      CREATE FUNCTION event_endpoint_limit() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        limited text := 'endpoint:' || coalesce(NEW.id, OLD.id);
      BEGIN
        -- As LOCK_KEYS of the engine: no claim of this key is under way while its limit changes.
        PERFORM pg_advisory_xact_lock(7206142, hashtext(limited) & 63);
        IF TG_OP = 'DELETE' THEN
          DELETE FROM limits WHERE key = limited;
        ELSE
          INSERT INTO limits (key, max_running, updated_at) VALUES (limited, 3, app_now()) ON CONFLICT (key) DO NOTHING;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER event_endpoint_limited AFTER INSERT OR DELETE ON event_endpoints FOR EACH ROW EXECUTE FUNCTION event_endpoint_limit();
      INSERT INTO limits (key, max_running, updated_at) SELECT 'endpoint:' || id, 3, app_now() FROM event_endpoints ON CONFLICT (key) DO NOTHING;
    `);
    await replaceCondition(db, OLD_CONDITION, NEW_CONDITION);
  }

  async down(db: QueryRunner): Promise<void> {
    await replaceCondition(db, NEW_CONDITION, OLD_CONDITION);
    await db.query(`
      DROP TRIGGER event_endpoint_limited ON event_endpoints;
      DROP FUNCTION event_endpoint_limit;
      DELETE FROM limits WHERE key IN (SELECT 'endpoint:' || id FROM event_endpoints);
      DROP INDEX deliveries_waiting;
      DROP TABLE delivery_attempts, webhook_secrets;
      ALTER TABLE event_endpoints
        DROP COLUMN description, DROP COLUMN account_ids, DROP COLUMN managed_by, DROP COLUMN timeout_ms, DROP COLUMN paused_at,
        DROP COLUMN paused_reason, DROP COLUMN paused_by, DROP COLUMN failures, DROP COLUMN failing_since, DROP COLUMN last_success_at,
        DROP COLUMN last_failure_at, DROP COLUMN version, DROP COLUMN created_by, DROP COLUMN updated_at;
      DROP FUNCTION event_type_patterns;
    `);
  }
}

/** The trigger that ends tasks inserts the deliveries of `batch.done`; the rest of it stays as its own migration wrote it. */
async function replaceCondition(db: QueryRunner, from: string, to: string): Promise<void> {
  await db.query(`
    DO $do$
    DECLARE
      before text := pg_get_functiondef('task_finished'::regproc);
      after text := replace(before, $old$${from}$old$, $new$${to}$new$);
    BEGIN
      IF before = after THEN RAISE 'task_finished has no condition for deliveries'; END IF;
      EXECUTE after;
    END $do$`);
}
