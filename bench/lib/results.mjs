import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../results/latest.json', import.meta.url);

/** Replaces the figures that were measured; the others stay. */
export function keep(figures) {
  const before = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify({ ...before, ...figures }, null, 2)}\n`);
  console.log('\nStored in bench/results/latest.json');
}
