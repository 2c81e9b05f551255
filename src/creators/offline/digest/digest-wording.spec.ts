import { describe, expect, it } from '@jest/globals';
import { DIGEST_WORDING, type DigestFacts } from './digest-wording.ts';
import type { Facet } from './facets.ts';

const FACTS: DigestFacts = {
  subject: 'shops',
  isTopic: true,
  sentences: 5,
  sources: 2,
  onlySource: null,
  sentencesRead: 30,
  from: null,
  to: null,
  phrases: [],
  answering: [],
  silent: [],
  unmentioned: [],
  open: 0,
  disagreements: 0,
};

it.each([
  [null, null, '2 sources have passages'],
  ['2026-03-14', '2026-03-14', '2 sources, dated 2026-03-14, have passages'],
  ['2026-03-14', '2026-04-02', '2 sources, dated 2026-03-14 to 2026-04-02, have passages'],
])('names the dates of its sources where there are some (%s, %s)', (from, to, words) => {
  expect(DIGEST_WORDING.en.lead({ ...FACTS, subject: null, isTopic: false, from, to })).toMatch(new RegExp(`^${words}\\.`));
});

describe('what was not recognised', () => {
  const facets = Object.keys(DIGEST_WORDING.en.facets) as Facet[];
  const nothing = facets.map((facet) => ({ facet, sources: 0 }));

  it('is not denied of the sources, in the summary and the lead', () => {
    for (const language of ['en', 'zh'] as const) {
      const wording = DIGEST_WORDING[language];
      expect(wording.summary({ ...FACTS, answering: nothing })).toBe(wording.summary(FACTS));
      expect(wording.lead({ ...FACTS, answering: nothing })).toBe(wording.lead(FACTS));
    }
  });

  it('is stated of the quotations only, and as a limit of the recognition', () => {
    const answering = [
      { facet: 'reason' as const, sources: 0 },
      { facet: 'way' as const, sources: 1 },
    ];
    expect(DIGEST_WORDING.en.leftOpen({ ...FACTS, answering })).toBe(
      'No quoted passage was recognised as giving a reason; one may do so in other words, and so may sentences that are not quoted.',
    );
    expect(DIGEST_WORDING.zh.leftOpen({ ...FACTS, answering })).toBe('引文里没有识别出原因：引文可能换了说法，没有引用的句子里也可能有。');
    expect(DIGEST_WORDING.zh.lead({ ...FACTS, answering })).toContain('谈做法的引文来自 1 份');
    expect(DIGEST_WORDING.en.summary({ ...FACTS, answering })).toContain(' 1 source is quoted for ways of doing it.');
    expect(DIGEST_WORDING.en.leftOpen(FACTS)).toBeNull();
  });
});
