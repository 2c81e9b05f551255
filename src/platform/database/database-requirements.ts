import pg from 'pg';
import { ConfigurationError } from '../config/configuration-error.ts';
import type { SessionClient } from './connections.ts';
import { DEFAULT_SCHEMA } from './session-settings.ts';

interface Facts {
  role: string;
  encoding: string;
  replicationRole: string;
  readOnly: boolean;
  schemaExists: boolean;
  mayCreateSchema: boolean;
  mayCreateTables: boolean;
  hasMigrations: boolean;
}

const SELECT_FACTS = `
  SELECT current_user AS role,
         current_setting('server_encoding') AS encoding,
         current_setting('session_replication_role') AS "replicationRole",
         pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly",
         to_regnamespace(quote_ident($1)) IS NOT NULL AS "schemaExists",
         has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchema",
         coalesce(has_schema_privilege(to_regnamespace(quote_ident($1))::oid, 'CREATE'), false) AS "mayCreateTables",
         to_regclass(quote_ident($1) || '.migrations') IS NOT NULL AS "hasMigrations"`;

/** SQLSTATE of a write in a read-only database. It is transient, so the start is retried. */
const READ_ONLY = '25006';

/**
 * Checks what the migrations and the engine require of the database. Runs before TypeORM, which keeps its connection
 * open when it cannot create its table. @throws {ConfigurationError}
 */
export async function checkDatabase(client: SessionClient, schema = DEFAULT_SCHEMA): Promise<void> {
  const facts = (await client.query<Facts>(SELECT_FACTS, [schema])).rows[0] as Facts;
  if (facts.encoding !== 'UTF8') {
    throw new ConfigurationError(
      `The database has the encoding ${facts.encoding}, which cannot store every text. Create it with ENCODING 'UTF8' (TEMPLATE template0).`,
    );
  }
  if (facts.replicationRole !== 'origin') {
    throw new ConfigurationError(
      `session_replication_role is ${facts.replicationRole} for the role ${facts.role}, which disables the triggers of the audit. ` +
        `Set it to origin: check ALTER ROLE … SET and ALTER DATABASE … SET.`,
    );
  }
  if (facts.hasMigrations) return;
  if (facts.readOnly) {
    const message =
      'The database is read-only and has no tables yet. Make it writable: the first start, a migration and a restore create them.';
    throw Object.assign(new Error(message), { code: READ_ONLY });
  }
  if (facts.schemaExists ? facts.mayCreateTables : facts.mayCreateSchema) return;
  throw new ConfigurationError(facts.schemaExists ? noTables(facts.role, schema) : noSchema(facts.role, schema));
}

function noTables(role: string, schema: string): string {
  const grant = `GRANT USAGE, CREATE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${pg.escapeIdentifier(role)}`;
  return `The role ${role} may not create tables in the schema ${schema}. Run ${grant}, or set DATABASE_SCHEMA to a schema of its own.`;
}

function noSchema(role: string, schema: string): string {
  return `The role ${role} may not create the schema ${schema} (DATABASE_SCHEMA). Create it with CREATE SCHEMA ${pg.escapeIdentifier(schema)} AUTHORIZATION ${pg.escapeIdentifier(role)}.`;
}
