import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../results/', import.meta.url);

/** Replaces the figures that were measured; the others stay. */
export function keep(figures, name = 'latest.json') {
  const file = new URL(name, FOLDER);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...before, ...figures }, null, 2)}\n`);
  console.log(`\nStored in bench/results/${name}`);
}
