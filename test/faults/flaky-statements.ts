import pg from 'pg';
import { seeded } from './random.ts';

/** What may happen to a statement. `unknown` is the hardest: it runs, and the caller gets a connection error. */
export const STATEMENT_FAULTS = ['refused', 'timeout', 'unknown'] as const;
export type StatementFault = (typeof STATEMENT_FAULTS)[number];

/** Of each fault; together 3 % of the statements fail. */
const SHARE = 0.01;
/** The pools of the application. Neither LISTEN nor the heartbeat, which has its own thread. */
const CONCERNED = /^contenthub-(engine|api|orm)$/;

type Callback = (error: Error | undefined, result?: unknown) => void;
type Query = (this: pg.Client, config: unknown, values?: unknown, callback?: unknown) => unknown;
type Internals = { connectionParameters: { application_name?: string }; connection: { stream: { destroy(): void } } };

export interface FlakyStatements {
  /** How many statements met which fault. */
  readonly met: Readonly<Record<StatementFault, number>>;
  /** Stops the faults. */
  heal(): void;
}

/** Makes the statements of this process's pools fail at random until healed. */
export function makeStatementsFlaky(seed: number): FlakyStatements {
  const random = seeded(seed);
  const met = { refused: 0, timeout: 0, unknown: 0 };
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const real = prototype.query;

  prototype.query = function flaky(config, values, callback) {
    const fault = isConcerned(this) ? STATEMENT_FAULTS[Math.floor(random() / SHARE)] : undefined;
    if (fault === undefined) return real.call(this, config, values, callback);
    met[fault] += 1;
    const reply = (typeof values === 'function' ? values : callback) as Callback | undefined;
    const run = () => real.call(this, config, typeof values === 'function' ? undefined : values) as Promise<unknown>;
    const failure = fail(this, fault, run);
    if (reply === undefined) return failure;
    failure.catch(reply);
    return undefined;
  };

  return {
    met,
    heal: () => {
      prototype.query = real;
    },
  };
}

async function fail(client: pg.Client, fault: StatementFault, run: () => Promise<unknown>): Promise<never> {
  if (fault === 'timeout') throw new Error('Query read timeout');
  if (fault === 'unknown') await run();
  // The connection is closed too: a transaction must not continue after it.
  (client as unknown as Internals).connection.stream.destroy();
  throw Object.assign(new Error('connection failure'), { code: '08006' });
}

function isConcerned(client: pg.Client): boolean {
  return CONCERNED.test((client as unknown as Internals).connectionParameters.application_name ?? '');
}
