import { describe, expect, it } from '@jest/globals';
import { groupPassages } from './digest-groups.ts';
import type { Facet } from './facets.ts';
import type { Passage } from './passages.ts';

const passage = (document: number, facets: Facet[], asked: Facet[]): Passage => {
  const facet = asked.find((each) => facets.includes(each));
  const answer = facet === undefined ? null : { facet, clarity: 1 };
  return { document, section: 0, paragraph: 0, from: document, to: document, position: document, facets, answer };
};
const groupsOf = (all: Facet[][], asked: Facet[]): [Facet | null, number[]][] =>
  groupPassages(
    all.map((facets, document) => passage(document, facets, asked)),
    asked,
    [],
  ).map(({ facet, passages }) => [facet, passages.map(({ document }) => document)]);

describe('groupPassages', () => {
  it('puts what the question asks for first, in its order', () => {
    const all: Facet[][] = [['amount'], ['way'], ['effect'], ['amount'], ['reason'], ['effect']];
    expect(groupsOf(all, ['way', 'reason'])).toEqual([
      ['way', [1]],
      ['reason', [4]],
      ['effect', [2, 5]],
      ['amount', [0, 3]],
    ]);
  });

  it('places a passage that gives two things asked for where it leaves no heading empty', () => {
    expect(groupsOf([['reason', 'way'], ['reason'], ['reason']], ['reason', 'way'])).toEqual([
      ['reason', [1, 2]],
      ['way', [0]],
    ]);
  });

  it('uses dates, persons and places as headings only when the question asks for them, or is none', () => {
    const all: Facet[][] = [['reason'], ['time'], ['time']];
    expect(groupsOf(all, ['reason'])).toEqual([
      ['reason', [0]],
      [null, [1, 2]],
    ]);
    expect(groupsOf(all, ['time', 'reason'])[0]).toEqual(['time', [1, 2]]);
    expect(groupsOf(all, [])).toContainEqual(['time', [1, 2]]);
  });
});
