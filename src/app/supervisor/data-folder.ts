import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';

/** The writes themselves report other errors, such as a full disk. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** Creates the data folder and a file in it. @throws {ConfigurationError} when this user has no permission. */
export function prepareDataFolder(dataDir: string): void {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!REFUSALS.has(code)) throw error;
    throw new ConfigurationError(
      `The user ${userName()} cannot write to the data folder ${dataDir} (${code}). Give the folder to this user, start as its owner, or set DATA_DIR to a folder that this user can write to.`,
      { cause: error },
    );
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'of this process'); // a uid without an account, as in a container
  }
}
