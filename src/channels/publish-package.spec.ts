import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { createAiLabel } from './label/ai-label.ts';
import { freezePackage, type PublishPackage, slugOf } from './publish-package.ts';

const ID = '0195e5c0-7f3a-7c11-9b1e-5d0f1a2b3c4d';
const review = { reviewedBy: 'Ann', reviewedAt: '2026-11-28T10:00:00.000Z', responsible: 'Press' };
const SAMPLE: PublishPackage = {
  contentId: ID,
  version: 1,
  slug: 'tides-1a2b3c4d',
  title: 'Tides',
  summary: 'Short',
  bodyMarkdown: 'Text',
  bodyHtml: '<p>Text</p>',
  language: 'en',
  accountId: ID,
  accountName: 'Sea Notes',
  author: 'Ann',
  tags: ['sea'],
  images: [{ name: 'a.png', mediaType: 'image/png', sha256: 'aa', alt: 'A' }],
  cover: { name: 'c.png', mediaType: 'image/png', sha256: 'cc', alt: 'C' },
  aiLabel: createAiLabel({
    level: 'generated',
    language: 'en',
    contentId: ID,
    producer: 'Press',
    model: 'm',
    provider: 'p',
    generatedAt: null,
    ...review,
  }),
  ...review,
  createdAt: '2026-11-28T09:00:00.000Z',
};

/** The same value with the keys of each object in another order. */
function shuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((each) => shuffled(each, seed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, shuffled(member, seed)]);
  return Object.fromEntries(entries.sort(([a], [b]) => ((a.length * seed) % 7) - ((b.length * seed) % 7) || (b < a ? -1 : 1)));
}

/** Pointers to all scalar members and empty lists, so that a member that is added later is covered too. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function changed(value: object, path: readonly string[]): object {
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key) as object, copy);
  const key = path.at(-1) ?? '';
  Reflect.set(parent, key, `${String(Reflect.get(parent, key))}x`);
  return copy;
}

describe('the hash of a package', () => {
  it('is equal for equal values in any order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(20), (value, seed) => {
        expect(canonicalJson(shuffled(value, seed))).toBe(canonicalJson(value));
      }),
    );
    for (let seed = 0; seed < 20; seed += 1) {
      expect(freezePackage(shuffled(SAMPLE, seed) as PublishPackage).hash).toBe(freezePackage(SAMPLE).hash);
    }
  });

  it.each(leaves(SAMPLE).map((path) => [path.join('.'), path] as const))('changes with %s', (_, path) => {
    expect(freezePackage(changed(SAMPLE, path) as PublishPackage).hash).not.toBe(freezePackage(SAMPLE).hash);
  });

  it('changes with the order and the number of tags', () => {
    const hashes = [['a', 'b'], ['b', 'a'], ['ab'], ['a', 'b', 'b'], []].map((tags) => freezePackage({ ...SAMPLE, tags }).hash);
    expect(new Set(hashes).size).toBe(5);
  });

  it('belongs to the stored JSON: a package that went through a database has the same', () => {
    const { package: frozen, hash } = freezePackage(SAMPLE);
    expect(freezePackage(JSON.parse(JSON.stringify(frozen)) as PublishPackage).hash).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('slugOf', () => {
  it.each([
    ['The Tides of Zürich, 2026!', 'the-tides-of-zurich-2026-1a2b3c4d'],
    ['潮汐', 'post-1a2b3c4d'],
    ['潮汐 and energy', 'and-energy-1a2b3c4d'],
    ['../../etc/passwd', 'etc-passwd-1a2b3c4d'],
  ])('%s → %s', (title, slug) => {
    expect(slugOf(title, ID)).toBe(slug);
  });

  it('is a short path segment for any title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (title) => {
        expect(slugOf(title, ID)).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,68}[a-z0-9])$/);
      }),
    );
  });
});
