import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_GUIDES, picturesOf } from './pages.ts';

const FOLDER = 'docs/guide';
/** A clone and the package carry the pictures. */
const MOST_BYTES = 2_500_000;

/** Headings, steps, pictures, tables and keys of a guide, in order, without its words. */
function outlineOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^(#+|\d+\.|\|.*\||!\[.*)/gm)].map(([line]) =>
    line.startsWith('|')
      ? `| ${(line.split('|')[1]?.match(/`[^`]+`/g) ?? []).join(' ')}`
      : line.startsWith('![')
        ? 'picture'
        : (line.split(' ')[0] ?? ''),
  );
}

describe.each(PAGE_GUIDES)('%s and %s', (english, chinese) => {
  it('have the same headings, steps, pictures and keys in the same order', () => {
    expect(outlineOf(english).length).toBeGreaterThan(50);
    expect(outlineOf(chinese)).toEqual(outlineOf(english));
    expect(picturesOf(chinese)).toEqual(picturesOf(english).map((file) => file.replace('images/en/', 'images/zh/')));
  });

  it.each([english, chinese])('%s links to pages and pictures that exist', (page) => {
    const targets = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(FOLDER, target)))).toEqual([]);
  });
});

describe('the pictures of the guides', () => {
  const files = ['en', 'zh'].flatMap((language) =>
    readdirSync(join(FOLDER, 'images', language)).map((name) => `images/${language}/${name}`),
  );

  it('are all shown by a guide', () => {
    const shown = new Set(PAGE_GUIDES.flat().flatMap(picturesOf));
    expect(files.filter((file) => !shown.has(file))).toEqual([]);
  });

  it(`have at most ${MOST_BYTES} bytes together`, () => {
    const bytes = files.reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });
});
