import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawCover } from './cover.ts';

const TOKEN = /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>|[^<>]+/gy;

/** Names of the elements of a well-formed document. Throws for any other text. */
function elementsOf(svg: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  let length = 0;
  let broken = false;
  for (const [token, closes, name, , empty] of svg.matchAll(TOKEN)) {
    length += token.length;
    if (name === undefined) continue;
    if (closes === '/') broken ||= open.pop() !== name;
    else names.push(name);
    if (closes === '' && empty === '') open.push(name);
  }
  expect(length).toBe(svg.length);
  expect({ open, broken }).toEqual({ open: [], broken: false });
  expect(svg).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
  expect(svg).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
  return names;
}

describe('drawCover', () => {
  it('is an accessible 1200 × 630 image, equal every time', () => {
    const input = { title: '储能成本：3 份资料中的 12 个要点', account: '能源前线', date: '2026-04-20' };
    const svg = drawCover(input);
    expect(svg).toBe(drawCover({ ...input }));
    expect(svg).toMatch(/^<svg [^>]*width="1200" height="630" viewBox="0 0 1200 630" role="img" aria-labelledby="cover-title">/);
    expect(svg).toContain('<title id="cover-title">储能成本：3 份资料中的 12 个要点</title>');
    expect(svg).toContain('能源前线');
    expect(svg).toContain('2026-04-20');
    expect(drawCover({ ...input, date: null })).not.toContain('2026');
    expect(drawCover({ ...input, title: '另一个标题' })).not.toBe(svg);
  });

  it('is well-formed and has no other element, for any title', () => {
    const allowed = new Set(['svg', 'title', 'rect', 'g', 'path', 'circle', 'text', 'tspan']);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</title><script>alert(1)</script>', '"onload="x', '\0\uD800&amp;', ']]>', '𠀀'.repeat(80)),
    );
    fc.assert(
      fc.property(text, text, (title, account) => {
        const names = elementsOf(drawCover({ title, account, date: null }));
        expect(names.filter((name) => !allowed.has(name))).toEqual([]);
        expect(names.filter((name) => name === 'tspan').length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
