import type pg from 'pg';
import { DatabaseClient } from './database-client.ts';
import { beginWithSettings, type ConnectionKind } from './session-settings.ts';

type Callback = (error: Error | null, result?: unknown) => void;
type Query = (text: string, values?: unknown) => Promise<pg.QueryResult>;
type QueryArguments = [config: string | pg.QueryConfig, values?: unknown, callback?: unknown];

const BEGIN = /^\s*(?:BEGIN|START\s+TRANSACTION)\b/i;
/** SQLSTATE of a write in a read-only transaction. */
const READ_ONLY = '25006';
/**
 * Ends the session at the server when it is read-only by its own setting: a pooler keeps such a session although the database
 * accepts writes again. Not on a standby, where every session is read-only. Whichever session runs it checks itself.
 */
export const END_READ_ONLY_SESSION = `
  SELECT pg_terminate_backend(pg_backend_pid())
  WHERE current_setting('default_transaction_read_only') = 'on' AND NOT pg_is_in_recovery()`;
const END = /^\s*(?:COMMIT|ROLLBACK)\s*;?\s*$/i;

/**
 * A connection to a pooler in transaction mode. Each transaction may run in another session with foreign settings, so
 * every transaction sets its own with SET LOCAL, and a statement outside of a transaction gets one. Statements are not
 * named, because another session does not know the name. The cost is two more round trips per statement.
 */
export class PoolerClient extends DatabaseClient {
  protected readonly begin: string = '';
  private open = false;

  /** pg.Pool creates its clients from a class. */
  static of(kind: ConnectionKind, schema?: string): new () => pg.ClientBase {
    const begin = beginWithSettings(kind, schema);
    return class extends PoolerClient {
      protected override readonly begin = begin;
    };
  }

  /** Like pg.Client.query, but without cursors. */
  override query(...given: unknown[]): never {
    const [config, values, callback] = given as QueryArguments;
    const text = typeof config === 'string' ? config : config.text;
    if (typeof text !== 'string') throw new TypeError('a connection to a pooler in transaction mode runs plain statements only');
    const bound = (typeof values === 'function' ? undefined : values) ?? (typeof config === 'string' ? undefined : config.values);
    const answer = this.run(text, bound);
    const reply = [values, callback].find((value): value is Callback => typeof value === 'function');
    if (!reply) return answer as never;
    answer.then(
      (result) => reply(null, result),
      (error: Error) => reply(error),
    );
    return undefined as never;
  }

  private async run(text: string, values: unknown): Promise<pg.QueryResult> {
    const send: Query = (statement, bound) => super.query(statement, bound as unknown[]);
    if (END.test(text)) {
      this.open = false;
      return send(text);
    }
    if (this.open) return send(text, values).catch((error: unknown) => this.renewReadOnly(error, send));
    await send(this.begin);
    if (BEGIN.test(text)) {
      this.open = true;
      return { rows: [], rowCount: null, command: 'BEGIN', oid: 0, fields: [] };
    }
    try {
      const result = await send(text, values);
      await send('COMMIT');
      return result;
    } catch (error) {
      await send('ROLLBACK').catch(() => undefined); // the connection is gone, and the transaction with it
      return this.renewReadOnly(error, send);
    }
  }

  /** Rethrows the error of a statement; the session that refused a write does not serve another transaction. */
  private async renewReadOnly(error: unknown, send: Query): Promise<never> {
    if (error instanceof Error && 'code' in error && error.code === READ_ONLY) {
      if (this.open) await send('ROLLBACK').catch(() => undefined);
      this.open = false;
      await send(END_READ_ONLY_SESSION).catch(() => undefined); // succeeds by ending this connection
    }
    throw error;
  }
}
