import { isSessionLimit } from './database-problem.ts';
import { FILL_TEMPORARY_FILE } from './database-probe.sql.ts';

export type Ask = <Row extends object>(text: string) => Promise<{ rows: Row[] }>;

/** A message in the write-ahead log that is committed: a write that leaves nothing. */
export const WRITE = `SELECT pg_logical_emit_message(true, 'contenthub', 'probe')`;
/** About 500 kB of a temporary file, for which the disk must have blocks. A small write succeeds on a full disk. */
export const WRITE_TEMPORARY_FILE = ['SET LOCAL work_mem = 64', FILL_TEMPORARY_FILE];

/**
 * Writes what needs the write-ahead log and space on the disk. A limit on temporary files (temp_file_limit) says nothing about
 * the disk: the write to the log alone decides then.
 */
export async function writeTransaction(ask: Ask): Promise<void> {
  await ask('BEGIN');
  await ask(WRITE);
  try {
    for (const statement of WRITE_TEMPORARY_FILE) await ask(statement);
  } catch (error) {
    if (!isSessionLimit(error)) throw error;
    await ask('ROLLBACK');
    await ask('BEGIN');
    await ask(WRITE);
  }
  await ask('COMMIT');
}
