import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDataFolder } from '../../src/app/supervisor/data-folder.ts';
import { lockDataFolder } from '../../src/app/supervisor/folder-lock.ts';
import { ConfigurationError } from '../../src/platform/config/configuration-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contenthub-folder-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

/** Root may write anywhere, so the test runs with the rights of another account. */
function asUnprivileged<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('the data folder', () => {
  it('is created, without leaving the test file', () => {
    prepareDataFolder(join(folder, 'a/b'));
    expect(readdirSync(join(folder, 'a/b'))).toEqual([]);
  });

  it('of another user prevents the start, with user, folder and remedy', () => {
    chmodSync(folder, 0o555);
    mkdirSync(join(folder, 'x'), { recursive: true, mode: 0o555 });
    for (const dataDir of [folder, join(folder, 'x', 'new')]) {
      const prepare = () => asUnprivileged(() => prepareDataFolder(dataDir));
      expect(prepare).toThrow(ConfigurationError);
      expect(prepare).toThrow(/^The user \S+ cannot write to the data folder \S+ \(EACCES\)\. Give the folder to this user/);
    }
  });

  it('that is a file prevents the start', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => prepareDataFolder(join(folder, 'file'))).toThrow('(EEXIST)');
    expect(existsSync(join(folder, 'file'))).toBe(true);
  });

  it('of a checkout that must be built by another user is named by the builder', () => {
    for (const name of ['src', 'migrations', 'scripts']) mkdirSync(join(folder, name));
    cpSync('scripts/build-if-needed.mjs', join(folder, 'scripts/build-if-needed.mjs'));
    chmodSync(folder, 0o555);
    const program = `
      const { ensureBuilt } = await import(process.argv[1]);
      if (process.getuid() === 0) process.seteuid(65_534);
      await ensureBuilt().catch((error) => process.stdout.write(error.message));`;
    const script = join(folder, 'scripts/build-if-needed.mjs');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, script], { encoding: 'utf8' });
    expect(stdout).toMatch(
      /^The program must be built before its start, and the user .+ cannot write to \S+ \(EACCES\)\. Run "npm run build" as the owner/,
    );
  });

  it('has one holder until its process ends, also by kill -9', async () => {
    const program = `
      import { lockDataFolder } from './src/app/supervisor/folder-lock.ts';
      process.stdout.write(String(await lockDataFolder(process.argv[1])));
      setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('undefined');
    expect(await lockDataFolder(folder)).toBe(child.pid);
    expect(await lockDataFolder(tmpdir())).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await lockDataFolder(folder)).toBeUndefined();
    expect(await lockDataFolder(join(folder, '.'))).toBe(process.pid);
  });
});
