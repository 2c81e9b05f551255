import pg from 'pg';
import { nameOf } from './pools.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly (string | number | null)[];
}

/** What pg.Client calls on the query that it runs. pg-cursor and pg-query-stream are built on it too. */
interface RunningQuery {
  name?: string;
  text?: string;
  submit(connection: object): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: object): void;
  handleReadyForQuery(connection: object): void;
  handleError(error: Error, connection: object): void;
}

type Callback = (error: Error | null, results?: pg.QueryResult[]) => void;

/**
 * Statements with a single Sync after the last one: PostgreSQL runs them in one implicit transaction, and all of them cost one round
 * trip. BEGIN, two statements and COMMIT take three more (0.3 of 2.3 ms for a submission with its claim).
 */
class StatementGroup implements pg.Submittable {
  private readonly queries: RunningQuery[];
  private readonly results: pg.QueryResult[] = [];
  /** Commands that are complete. */
  private complete = 0;

  /** pg.Client replaces `callback` by one that also ends its query_timeout. */
  constructor(
    statements: readonly Statement[],
    private readonly callback: Callback,
  ) {
    const onResult = (error: Error | undefined, result: pg.QueryResult): void => {
      if (error) this.callback(error);
      else if (this.results.push(result) === statements.length) this.callback(null, this.results);
    };
    this.queries = statements.map(
      ({ text, values }) => new pg.Query({ name: nameOf(text), text, values: [...values] }, onResult) as unknown as RunningQuery,
    );
  }

  /** Those of the command that runs: pg.Client remembers by them which statements the server has parsed. */
  get name(): string | undefined {
    return this.current?.name;
  }

  get text(): string | undefined {
    return this.current?.text;
  }

  readonly submit = (connection: pg.Connection): void => {
    const unsynced = Object.create(connection, { sync: { value: () => undefined } }) as pg.Connection;
    connection.stream.cork();
    for (const query of this.queries) query.submit(query === this.queries.at(-1) ? connection : unsynced);
    connection.stream.uncork();
  };

  handleRowDescription(message: unknown): void {
    this.current?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.current?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: object): void {
    this.current?.handleCommandComplete(message, connection);
    this.complete += 1;
  }

  /** After the commit. */
  handleReadyForQuery(connection: object): void {
    for (const query of this.queries) query.handleReadyForQuery(connection);
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  private get current(): RunningQuery | undefined {
    return this.queries[this.complete];
  }
}

/**
 * Runs statements in one transaction and one round trip; resolves with the rows of each after the commit. Only for a pool whose
 * connections keep their sessions. A connection with a failed statement is discarded, because pg would take the statements after it
 * for parsed.
 */
export async function runTogether(pool: pg.Pool, statements: readonly Statement[]): Promise<object[][]> {
  const client = await pool.connect();
  let failed = true;
  try {
    const results = await new Promise<pg.QueryResult<object>[]>((resolve, reject) => {
      client.query(new StatementGroup(statements, (error, all) => (all ? resolve(all) : reject(error as Error))));
    });
    failed = false;
    return results.map(({ rows }) => rows);
  } finally {
    client.release(failed);
  }
}
