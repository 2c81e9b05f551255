import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface EarlierBuild {
  /** As the folder of the project, with `dist`. */
  readonly root: string;
  readonly commit: string;
  /** How many migrations it has. */
  readonly migrations: number;
  remove(): void;
}

/** Builds a commit of the repository at `root` in a folder of its own, with the installed packages of `root`. */
export function buildEarlier(root: string, ref: string): EarlierBuild {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, maxBuffer: 1 << 30 });
  const commit = git('rev-parse', '--short', `${ref}^{commit}`).toString().trim();
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-earlier-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync('tar', ['-x', '-C', folder], { input: git('archive', commit) });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build-if-needed.mjs', '--force'], { cwd: folder, stdio: 'pipe' });
    const migrations = readdirSync(join(folder, 'migrations')).filter((file) => /^\d+-.*\.ts$/.test(file)).length;
    return { root: folder, commit, migrations, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
