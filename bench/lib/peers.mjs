import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../', import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8'));

/** Installs the peers unless exactly these versions are installed. */
export function ensurePeers() {
  const wanted = Object.entries(read('package.json').dependencies);
  const installed = ([name, version]) => {
    const path = `node_modules/${name}/package.json`;
    return existsSync(new URL(path, FOLDER)) && read(path).version === version;
  };
  if (wanted.every(installed)) return;
  console.log(`Installing the peers (${wanted.map(([name, version]) => `${name} ${version}`).join(', ')}): npm ci in bench/`);
  const arguments_ = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', arguments_, { cwd: FOLDER, stdio: 'inherit', shell: process.platform === 'win32' });
}
