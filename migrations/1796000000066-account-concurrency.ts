import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many contents of an account are generated at once. The engine enforces it as the limit of the key that its tasks are counted
 * under; the trigger writes that limit, so every way of changing an account changes it in the same transaction.
 */
export class AccountConcurrency1796000000066 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE accounts ADD COLUMN concurrency smallint CHECK (concurrency BETWEEN 1 AND 1000);

      CREATE FUNCTION account_concurrency_limit() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        limited text := 'account:' || NEW.id;
      BEGIN
        -- As LOCK_KEYS of the engine: no claim of this key is under way while its limit changes.
        PERFORM pg_advisory_xact_lock(7206142, hashtext(limited) & 63);
        IF NEW.concurrency IS NULL THEN
          DELETE FROM limits WHERE key = limited AND rate_count IS NULL;
          UPDATE limits SET max_running = NULL, updated_at = app_now() WHERE key = limited;
        ELSE
          INSERT INTO limits AS l (key, max_running, updated_at) VALUES (limited, NEW.concurrency, app_now())
          ON CONFLICT (key) DO UPDATE SET max_running = excluded.max_running, updated_at = excluded.updated_at;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER account_concurrency_inserted AFTER INSERT ON accounts FOR EACH ROW
        WHEN (NEW.concurrency IS NOT NULL) EXECUTE FUNCTION account_concurrency_limit();
      CREATE TRIGGER account_concurrency_changed AFTER UPDATE ON accounts FOR EACH ROW
        WHEN (OLD.concurrency IS DISTINCT FROM NEW.concurrency) EXECUTE FUNCTION account_concurrency_limit();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER account_concurrency_inserted ON accounts;
      DROP TRIGGER account_concurrency_changed ON accounts;
      DROP FUNCTION account_concurrency_limit();
      ALTER TABLE accounts DROP COLUMN concurrency;
    `);
  }
}
