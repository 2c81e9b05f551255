import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Budgets for calls that cost money, the tasks that wait for one, and the warnings. The reservations are the rows of creator_usage. */
export class Budgets1796000000022 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE budgets (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (name <> ''),
        -- NULL: of all accounts together
        account_id uuid REFERENCES accounts (id) ON DELETE CASCADE,
        -- NULL: of all providers together
        provider text CHECK (provider <> ''),
        period text NOT NULL CHECK (period IN ('day', 'week', 'month')),
        -- IANA name
        time_zone text NOT NULL,
        -- millionths of the currency
        amount_micros bigint NOT NULL CHECK (amount_micros >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        warn_percent smallint NOT NULL CHECK (warn_percent BETWEEN 1 AND 100),
        enabled boolean NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT app_clock(),
        updated_at timestamptz NOT NULL DEFAULT app_clock()
      );

      -- One row for each window in which a warning was due. reported_at: its event was written.
      CREATE TABLE budget_warnings (
        budget_id uuid NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
        window_start timestamptz NOT NULL,
        window_end timestamptz NOT NULL,
        spent_micros bigint NOT NULL,
        amount_micros bigint NOT NULL,
        reported_at timestamptz,
        PRIMARY KEY (budget_id, window_start)
      );
      CREATE INDEX budget_warnings_unreported ON budget_warnings (window_start) WHERE reported_at IS NULL;

      -- The task was scheduled again because this version of the budget refused a call. budget_id is NULL once it is deleted.
      CREATE TABLE budget_waits (
        task_id uuid PRIMARY KEY REFERENCES content_generation (id) ON DELETE CASCADE,
        budget_id uuid REFERENCES budgets (id) ON DELETE SET NULL,
        budget_version integer NOT NULL
      );
      CREATE INDEX budget_waits_by_budget ON budget_waits (budget_id);

      -- lost: the process ended during the call, whose cost counts as reserved. released: the provider did nothing.
      ALTER TABLE creator_usage DROP CONSTRAINT creator_usage_state_check;
      ALTER TABLE creator_usage ADD CONSTRAINT creator_usage_state_check CHECK (state IN ('reserved', 'settled', 'failed', 'lost', 'released'));
      CREATE INDEX creator_usage_by_time ON creator_usage (created_at) INCLUDE (account_id, provider, state, cost, currency);
      CREATE INDEX creator_usage_reserved ON creator_usage (created_at) WHERE state = 'reserved';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX creator_usage_by_time, creator_usage_reserved;
      UPDATE creator_usage SET state = 'failed' WHERE state IN ('lost', 'released');
      ALTER TABLE creator_usage DROP CONSTRAINT creator_usage_state_check;
      ALTER TABLE creator_usage ADD CONSTRAINT creator_usage_state_check CHECK (state IN ('reserved', 'settled', 'failed'));
      DROP TABLE budget_waits, budget_warnings, budgets;
    `);
  }
}
