import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the creators of the kind llm share: prompt templates of accounts, circuits of providers, and the usage of each call. */
export class LanguageModels1796000000013 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE prompt_templates (
        account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        name text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        text text NOT NULL CHECK (text <> ''),
        -- SHA-256 in hex
        hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
        active boolean NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, name, version)
      );
      -- without an active template the one of the product applies
      CREATE UNIQUE INDEX prompt_templates_active ON prompt_templates (account_id, name) WHERE active;

      CREATE TABLE creator_circuits (
        provider text PRIMARY KEY,
        failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
        -- NULL while the circuit is closed
        open_until timestamptz,
        -- one worker has the probe of an open circuit until then
        probe_until timestamptz
      );

      -- One row for each call of a model. No foreign keys: the costs outlive the tasks.
      CREATE TABLE creator_usage (
        id uuid PRIMARY KEY,
        task_id uuid NOT NULL,
        attempt integer NOT NULL,
        account_id uuid NOT NULL,
        creator text NOT NULL,
        provider text NOT NULL,
        model text NOT NULL,
        step text NOT NULL,
        -- 'reserved' before the call; what stays so is a call whose process ended
        state text NOT NULL CHECK (state IN ('reserved', 'settled', 'failed')),
        prompt_tokens integer NOT NULL CHECK (prompt_tokens >= 0),
        completion_tokens integer NOT NULL CHECK (completion_tokens >= 0),
        -- NULL for an unknown price
        cost numeric(14, 8) CHECK (cost >= 0),
        currency text,
        estimated boolean NOT NULL,
        created_at timestamptz NOT NULL,
        settled_at timestamptz,
        CONSTRAINT creator_usage_settled CHECK ((settled_at IS NULL) = (state = 'reserved'))
      );
      CREATE INDEX creator_usage_by_account ON creator_usage (account_id, created_at);
      CREATE INDEX creator_usage_by_provider ON creator_usage (provider, created_at);
      CREATE INDEX creator_usage_by_task ON creator_usage (task_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE creator_usage, creator_circuits, prompt_templates');
  }
}
