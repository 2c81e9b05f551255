import type pg from 'pg';
import { DatabaseClient } from './database-client.ts';
import { beginWithSettings, type ConnectionKind } from './session-settings.ts';

type Callback = (error: Error | null, result?: unknown) => void;
type Query = (text: string, values?: unknown) => Promise<pg.QueryResult>;
type QueryArguments = [config: string | pg.QueryConfig, values?: unknown, callback?: unknown];

const BEGIN = /^\s*(?:BEGIN|START\s+TRANSACTION)\b/i;
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
    if (this.open) return send(text, values);
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
      throw error;
    }
  }
}
