import { beforeAll, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';

const DIST = 'admin/dist';
const KB = 1000;

interface Sized {
  name: string;
  bytes: number;
  first: boolean;
}

let files: Sized[] = [];

beforeAll(async () => {
  await ensureAdminBuilt();
  const html = readFileSync(`${DIST}/index.html`, 'utf8');
  files = readdirSync(`${DIST}/assets`).map((name) => ({
    name,
    bytes: gzipSync(readFileSync(`${DIST}/assets/${name}`)).length,
    first: html.includes(name),
  }));
});

const sum = (kind: string, first: boolean): number =>
  files.filter((file) => file.name.endsWith(kind) && file.first === first).reduce((total, { bytes }) => total + bytes, 0);

it('the first load is at most 320 kB of scripts and 50 kB of styles, compressed', () => {
  expect(sum('.js', true)).toBeGreaterThan(100 * KB);
  expect(sum('.js', true)).toBeLessThanOrEqual(320 * KB);
  expect(sum('.css', true)).toBeLessThanOrEqual(50 * KB);
});

it('no page adds more than 60 kB', () => {
  const large = files.filter(({ name, bytes, first }) => name.endsWith('.js') && !first && bytes > 60 * KB);
  expect(large).toEqual([]);
});

it('the fonts are at most 85 kB', () => {
  const fonts = readdirSync(`${DIST}/assets`).filter((name) => name.endsWith('.woff2'));
  expect(fonts.reduce((total, name) => total + readFileSync(`${DIST}/assets/${name}`).length, 0)).toBeLessThanOrEqual(85 * KB);
});
