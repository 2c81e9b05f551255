import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counters of what the ledger holds in the windows of budgets. The triggers change them with every change of the ledger, in its
 * transaction, so they equal the sums of its rows.
 */
export class BudgetCounters1796000000092 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- A row is the sum of the calls that the budget covers, created from window_start on and before window_end.
      CREATE TABLE budget_counters (
        budget_id uuid NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
        window_start timestamptz NOT NULL,
        window_end timestamptz NOT NULL CHECK (window_end > window_start),
        -- units of the currency of the budget
        spent numeric NOT NULL,
        reserved numeric NOT NULL,
        -- calls without a cost in the currency of the budget
        unpriced_calls integer NOT NULL,
        PRIMARY KEY (budget_id, window_start, window_end)
      ) WITH (fillfactor = 50);

      -- Locks the budgets that cover the rows, in the order of their ids, and applies the difference to their counters. The lock
      -- excludes a transaction that opens a counter: it would miss rows that are not committed. Each statement of the function sees
      -- what was committed before it, so also counters that were opened while this one waited.
      CREATE FUNCTION count_creator_usage() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        removed creator_usage[] := '{}';
        added creator_usage[] := '{}';
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          SELECT coalesce(array_agg(ROW (o.*)::creator_usage), '{}') INTO removed FROM old_rows o;
        END IF;
        IF TG_OP <> 'DELETE' THEN
          SELECT coalesce(array_agg(ROW (n.*)::creator_usage), '{}') INTO added FROM new_rows n;
        END IF;
        IF cardinality(removed) + cardinality(added) = 0 THEN
          RETURN NULL;
        END IF;
        PERFORM FROM budgets b
        WHERE EXISTS (SELECT FROM unnest(removed || added) u
                      WHERE (b.account_id IS NULL OR b.account_id = u.account_id) AND (b.provider IS NULL OR b.provider = u.provider))
        ORDER BY b.id FOR NO KEY UPDATE OF b;
        UPDATE budget_counters c
        SET spent = c.spent + d.spent, reserved = c.reserved + d.reserved, unpriced_calls = c.unpriced_calls + d.unpriced_calls
        FROM (
          SELECT w.budget_id, w.window_start, w.window_end,
                 coalesce(sum(u.sign * u.cost) FILTER (WHERE u.currency = b.currency AND u.state <> 'reserved'), 0) AS spent,
                 coalesce(sum(u.sign * u.cost) FILTER (WHERE u.currency = b.currency AND u.state = 'reserved'), 0) AS reserved,
                 coalesce(sum(u.sign) FILTER (WHERE (u.cost IS NULL OR u.currency IS DISTINCT FROM b.currency) AND u.state <> 'released'), 0)::int AS unpriced_calls
          FROM (SELECT -1 AS sign, r.* FROM unnest(removed) r UNION ALL SELECT 1, a.* FROM unnest(added) a) u
          JOIN budgets b ON (b.account_id IS NULL OR b.account_id = u.account_id) AND (b.provider IS NULL OR b.provider = u.provider)
          JOIN budget_counters w ON w.budget_id = b.id AND u.created_at >= w.window_start AND u.created_at < w.window_end
          GROUP BY w.budget_id, w.window_start, w.window_end) d
        WHERE c.budget_id = d.budget_id AND c.window_start = d.window_start AND c.window_end = d.window_end
          AND (d.spent <> 0 OR d.reserved <> 0 OR d.unpriced_calls <> 0);
        RETURN NULL;
      END $$;
      CREATE FUNCTION drop_budget_counters() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM budget_counters;
        RETURN NULL;
      END $$;

      CREATE TRIGGER creator_usage_count_insert AFTER INSERT ON creator_usage
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_creator_usage();
      CREATE TRIGGER creator_usage_count_update AFTER UPDATE ON creator_usage
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_creator_usage();
      CREATE TRIGGER creator_usage_count_delete AFTER DELETE ON creator_usage
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_creator_usage();
      CREATE TRIGGER creator_usage_count_truncate AFTER TRUNCATE ON creator_usage
        FOR EACH STATEMENT EXECUTE FUNCTION drop_budget_counters();

      -- What the other system reported when the work ended: its reservation is settled with it in a later transaction.
      ALTER TABLE creator_work ADD usage jsonb;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE creator_work DROP usage;
      DROP TRIGGER creator_usage_count_insert ON creator_usage;
      DROP TRIGGER creator_usage_count_update ON creator_usage;
      DROP TRIGGER creator_usage_count_delete ON creator_usage;
      DROP TRIGGER creator_usage_count_truncate ON creator_usage;
      DROP FUNCTION count_creator_usage();
      DROP FUNCTION drop_budget_counters();
      DROP TABLE budget_counters;
    `);
  }
}
