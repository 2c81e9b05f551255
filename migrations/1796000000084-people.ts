import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, their sessions, the links by which they set a password, and failed sign-ins. */
export class People1796000000084 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY,
        -- ASCII, so that its lower case is the same in every collation
        username text NOT NULL CHECK (username ~ '^[A-Za-z0-9._@+-]{1,64}$'),
        display_name text NOT NULL,
        role text NOT NULL CHECK (role IN ('viewer', 'editor', 'approver', 'operator', 'admin')),
        -- the accounts that the user is limited to; NULL for all
        account_ids uuid[],
        -- scrypt with its parameters; NULL before the first link was used, and for users of an identity provider
        password_hash text,
        -- of an identity provider (OpenID Connect)
        issuer text,
        subject text,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_now(),
        disabled_at timestamptz,
        last_seen_at timestamptz,
        CONSTRAINT users_identity CHECK ((issuer IS NULL) = (subject IS NULL))
      );
      CREATE UNIQUE INDEX users_by_username ON users (lower(username COLLATE "C"));
      CREATE UNIQUE INDEX users_by_subject ON users (issuer, subject) WHERE subject IS NOT NULL;

      CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        -- SHA-256 of the cookie: 256 random bits need no slow hash
        token_hash bytea NOT NULL UNIQUE,
        -- local: made by a code that a server on this machine printed
        kind text NOT NULL CHECK (kind IN ('user', 'key', 'local')),
        user_id uuid REFERENCES users ON DELETE CASCADE,
        key_id uuid REFERENCES api_keys ON DELETE CASCADE,
        address text NOT NULL,
        user_agent text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_now(),
        -- accurate to a minute
        last_used_at timestamptz NOT NULL DEFAULT app_now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT sessions_holder CHECK ((kind = 'user') = (user_id IS NOT NULL) AND (kind = 'key') = (key_id IS NOT NULL))
      );
      CREATE INDEX sessions_by_user ON sessions (user_id) WHERE user_id IS NOT NULL;
      CREATE INDEX sessions_by_key ON sessions (key_id) WHERE key_id IS NOT NULL;
      CREATE INDEX sessions_by_expiry ON sessions (expires_at);

      -- Single-use texts that sign in. A start code belongs to no user.
      CREATE TABLE sign_in_links (
        token_hash bytea PRIMARY KEY,
        purpose text NOT NULL CHECK (purpose IN ('invite', 'reset', 'start')),
        user_id uuid REFERENCES users ON DELETE CASCADE,
        expires_at timestamptz NOT NULL,
        CONSTRAINT sign_in_links_user CHECK ((purpose = 'start') = (user_id IS NULL))
      );
      CREATE INDEX sign_in_links_by_user ON sign_in_links (user_id) WHERE user_id IS NOT NULL;
      CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires_at);

      -- Failed sign-ins by username and by address. A username is stored as a digest: people type passwords into the wrong field.
      CREATE TABLE sign_in_failures (
        source text PRIMARY KEY,
        failures integer NOT NULL CHECK (failures >= 0),
        last_at timestamptz NOT NULL,
        locked_until timestamptz NOT NULL
      );
      CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE sign_in_failures, sign_in_links, sessions, users');
  }
}
