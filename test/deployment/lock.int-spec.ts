import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Entry = Record<string, unknown>;
interface Lock {
  lockfileVersion: number;
  packages: Record<string, Entry>;
}

const folder = mkdtempSync(join(tmpdir(), 'contenthub-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the check on our lock with these entries changed. */
function check(change: (lock: Lock) => void): { status: number | null; faults: string[] } {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  change(lock);
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(join(folder, 'package.json'), readFileSync('package.json'));
  const { status, stderr } = spawnSync(process.execPath, ['scripts/check-lock.mjs', folder], { encoding: 'utf8' });
  return { status, faults: stderr.split('\n').filter(Boolean) };
}
const entry = (lock: Lock, name: string): Entry => lock.packages[`node_modules/${name}`] as Entry;

describe('the check of the lock file', () => {
  it('accepts the lock of this repository', () => {
    expect(check(() => undefined)).toEqual({ status: 0, faults: [] });
  });

  it.each<[string, (lock: Lock) => void, string]>([
    [
      'a foreign host',
      (lock) => Object.assign(entry(lock, 'pg'), { resolved: 'https://evil.example/pg.tgz' }),
      'node_modules/pg comes from https://evil.example/pg.tgz',
    ],
    [
      'a host that begins alike',
      (lock) => Object.assign(entry(lock, 'pg'), { resolved: 'https://registry.npmjs.org.evil.example/pg.tgz' }),
      'node_modules/pg comes from',
    ],
    [
      'plain http',
      (lock) => Object.assign(entry(lock, 'pg'), { resolved: 'http://registry.npmjs.org/pg.tgz' }),
      'node_modules/pg comes from',
    ],
    ['a repository', (lock) => Object.assign(entry(lock, 'pg'), { resolved: 'git+ssh://git@host/pg.git#1' }), 'node_modules/pg comes from'],
    ['a folder', (lock) => Object.assign(entry(lock, 'pg'), { link: true }), 'node_modules/pg is a link'],
    ['no hash', (lock) => delete entry(lock, 'pg')['integrity'], 'node_modules/pg has no sha512 integrity'],
    [
      'a weak hash',
      (lock) => Object.assign(entry(lock, 'pg'), { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
      'node_modules/pg has no sha512 integrity',
    ],
    [
      'no hash of an optional build for this platform',
      (lock) => delete entry(lock, '@node-rs/jieba-linux-arm64-gnu')['integrity'],
      'jieba-linux-arm64-gnu has no sha512',
    ],
    [
      'a foreign build that no package asks for',
      (lock) => (lock.packages['node_modules/added'] = { version: '1.0.0', optional: true, os: ['win32'] }),
      'node_modules/added has no sha512',
    ],
    [
      'an install script',
      (lock) => Object.assign(entry(lock, 'pg'), { hasInstallScript: true }),
      'node_modules/pg has an install script: read it, and write true or false under allowScripts',
    ],
  ])('refuses %s', (_, change, fault) => {
    const { status, faults } = check(change);
    expect(status).toBe(1);
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  it('npm ci of CI runs no install script, after the check', () => {
    const script = readFileSync('.ci/run', 'utf8');
    const [lock, install] = [
      script.indexOf('\nstep lock npm run --silent lock\n'),
      script.indexOf('\nstep install npm ci --ignore-scripts\n'),
    ];
    expect(lock).toBeGreaterThan(0);
    expect(install).toBeGreaterThan(lock);
  });

  it('has no engines, for which npm on an older Node would print warnings', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
    expect(Object.entries(packages).filter(([path, { engines }]) => path !== '' && engines !== undefined)).toEqual([]);
    const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { allowScripts: Record<string, boolean> };
    const withScripts = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(withScripts.filter(([path]) => !(path.replace(/^.*node_modules\//, '') in allowScripts))).toEqual([]);
  });
});
