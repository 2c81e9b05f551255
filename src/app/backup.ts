import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { productVersion } from '../platform/config/product-version.ts';
import { loadSettings, type Settings } from '../platform/config/settings.ts';
import { addressOf } from '../platform/database/address.ts';
import { BackupError } from '../platform/database/backup/backup-file.ts';
import { restoreBackup } from '../platform/database/backup/restore-backup.ts';
import { writeBackup } from '../platform/database/backup/write-backup.ts';
import type { DatabaseAddress } from '../platform/database/connections.ts';
import { findRunningServer } from './supervisor/server-file.ts';

export interface BackupCommand {
  readonly file: string;
  /** Writes progress and remarks. */
  readonly note: (line: string) => void;
  readonly say: (line: string) => void;
}

/** `contenthub backup`: writes a consistent copy while the server runs. Resolves with the exit code. */
export async function backup({ file, note, say }: BackupCommand): Promise<number> {
  if (existsSync(file)) throw new BackupError(`${file} exists. Choose another name, or remove it first.`);
  return withDatabase(loadSettings(), async (address) => {
    const { tables, rows } = await writeBackup(address, file, productVersion(), (table) => note(`copying ${table}`));
    say(`${file}: ${rows} rows of ${tables} tables`);
    return 0;
  });
}

/** `contenthub restore`: needs a stopped server. Resolves with the exit code. */
export async function restore({ file, note, say, replace }: BackupCommand & { readonly replace: boolean }): Promise<number> {
  const settings = loadSettings();
  const running = await findRunningServer(resolve(settings.dataDir));
  if (running !== undefined) throw new BackupError(`The server ${running.url} runs (process ${running.pid}). Stop it first.`);
  return withDatabase(settings, async (address) => {
    const { header, tables, rows, applied } = await restoreBackup(address, file, { replace, onTable: (table) => note(`loading ${table}`) });
    const newer = applied.length === 0 ? '' : `, then ${applied.length} newer migrations`;
    say(`restored ${rows} rows of ${tables} tables, from ${header.createdAt} by ContentHub ${header.version}${newer}`);
    return 0;
  });
}

/** With the database of the settings, also the embedded one while its server runs. */
export async function withDatabase<T>(settings: Settings, work: (address: DatabaseAddress) => Promise<T>): Promise<T> {
  if (settings.databaseUrl !== undefined) return work(addressOf(settings));
  const { startEmbeddedPostgres } = await import('../platform/database/embedded/embedded-postgres.ts');
  const database = await startEmbeddedPostgres({ baseDir: resolve(settings.dataDir) });
  try {
    return await work(addressOf({ ...settings, databaseUrl: database.url }));
  } finally {
    await database.stop();
  }
}
