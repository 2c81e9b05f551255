import { randomBytes } from 'node:crypto';
import type { SqlExecutor } from './pools.ts';
import { retryTransient } from './transient.ts';

const START_MS = 10_000;

/** 32 random bytes shared by all processes of this database. The first call with a name creates and stores them. */
export async function sharedSecret(sql: SqlExecutor, name: string): Promise<Buffer> {
  const rows = await retryTransient({ forMs: START_MS }, async () => {
    await sql.query('INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, randomBytes(32)]);
    return sql.query<{ value: Buffer }>('SELECT value FROM secrets WHERE name = $1', [name]);
  });
  if (!rows[0]) throw new Error(`the secret ${name} was neither stored nor found`);
  return rows[0].value;
}
