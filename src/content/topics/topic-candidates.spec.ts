import { describe, expect, it } from '@jest/globals';
import { candidatesOf } from './topic-candidates.ts';

describe('the candidates of sources', () => {
  it('have titles and addresses that PostgreSQL stores', () => {
    const section = { heading: 'Why the tide \uD83D turns', location: 'https://h.example/\uDE00', publishedAt: null, paragraphs: [] };
    const document = { title: 'Tides', location: null, publishedAt: null, keywords: [], sections: [section] };
    const { proposals } = candidatesOf([document], 'en', new Date());
    expect(proposals.map(({ title, sourceUrl }) => [title, sourceUrl])).toEqual([
      ['Why the tide \uFFFD turns', 'https://h.example/\uFFFD'],
    ]);
  });
});
