import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CreationError } from '../creation-error.ts';
import { type ApiInput, type ApiItems, readApi } from './api-source.ts';

const MAPPING = { items: 'data.articles', title: 'headline', text: 'body', url: 'links.0', published: 'meta.date' };
const read = (value: unknown, changes: Partial<ApiInput> = {}): ApiItems =>
  readApi({
    json: typeof value === 'string' ? value : JSON.stringify(value),
    name: 'News',
    address: 'https://api.example.org/v1/articles?limit=5',
    mapping: MAPPING,
    limit: 2_000_000,
    cut: false,
    ...changes,
  });
const articles = (...list: object[]) => ({ data: { articles: list } });

describe('readApi', () => {
  it('reads the items by the paths of the mapping', () => {
    const { items, publishedAt, warnings } = read(
      articles(
        {
          headline: 'Tides &amp; <b>currents</b>',
          body: '<p>The sea rises.</p><p>Then it falls.</p>',
          links: ['/a/1'],
          meta: { date: '2026-11-28T09:00:00Z' },
        },
        { headline: 'Plain', body: 'First paragraph.\n\nSecond\nparagraph.', links: ['ftp://x'], meta: { date: 1_795_000_000 } },
        { headline: 'Parts', body: ['One.', 'Two.'], meta: { date: 1_795_000_000_000 } },
        { headline: null, body: 7 },
        { other: 'nothing to read' },
      ),
    );
    expect(items).toEqual([
      {
        heading: 'Tides & currents',
        location: 'https://api.example.org/a/1',
        publishedAt: '2026-11-28',
        paragraphs: ['The sea rises.', 'Then it falls.'],
      },
      { heading: 'Plain', location: null, publishedAt: '2026-11-18', paragraphs: ['First paragraph.', 'Second paragraph.'] },
      { heading: 'Parts', location: null, publishedAt: '2026-11-18', paragraphs: ['One.', 'Two.'] },
      { heading: null, location: null, publishedAt: null, paragraphs: ['7'] },
    ]);
    expect([publishedAt, warnings]).toEqual(['2026-11-28', []]);
  });

  it('reads an answer that is the list, and an empty list', () => {
    const mapping = { title: 't' };
    expect(read([{ t: 'A title' }], { mapping }).items).toMatchObject([{ heading: 'A title', paragraphs: [] }]);
    expect(read([], { mapping })).toEqual({ items: [], publishedAt: null, warnings: [] });
  });

  it('warns of a path that no item has', () => {
    const { warnings } = read(articles({ headline: 'A', links: [], meta: { date: 'yesterday' } }));
    expect(warnings).toEqual([
      'No item of "News" has a usable value at "links.0" (url).',
      'No item of "News" has a usable value at "meta.date" (published).',
    ]);
  });

  it.each<[string, unknown, Partial<ApiInput>, string]>([
    [
      'is HTML',
      '<!doctype html><p>Sign in',
      {},
      'The answer of "News" is not JSON. It seems to be HTML or XML: use the type "url" or "rss".',
    ],
    [
      'has no list there',
      { results: [], total: 3 },
      {},
      '"data.articles" in the answer of "News" is not a list. Set items to the path of the list; the answer has the members results, total.',
    ],
    [
      'is no list',
      'null',
      { mapping: { title: 't' } },
      'The answer of "News" is not a list. Set items to the path of the list; the answer has no members.',
    ],
    [
      'has other members',
      articles({ name: 'x', id: 1 }),
      {},
      'No item of "News" has a text at "headline" or "body". The first item has the members name, id.',
    ],
    ['is cut', '[{"t":', { cut: true }, 'Ask for fewer items in the address.'],
    ['is too long', '[]', { limit: 1 }, 'Ask for fewer items in the address.'],
  ])('refuses an answer that %s', (_, value, changes, message) => {
    expect(() => read(value, changes)).toThrow(CreationError);
    expect(() => read(value, changes)).toThrow(message);
  });

  it('reads no member of the prototype, and any JSON without another error', () => {
    expect(() => read([{ title: 'x' }], { mapping: { title: 'constructor.name' } })).toThrow(CreationError);
    const failureOf = (value: unknown): unknown => {
      try {
        read(articles(...[value].flat().map((one) => ({ headline: one, body: one, links: one, meta: { date: one } }))));
        return null;
      } catch (error) {
        return error instanceof CreationError ? null : error;
      }
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(failureOf(value)).toBeNull();
      }),
    );
  });
});
