import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MAX_FEED_LENGTH, readFeed } from './feed-reader.ts';

const fixture = (name: string): string => readFileSync(`test/fixtures/sources/${name}`, 'utf8');

describe('readFeed', () => {
  it('reads RSS 2.0: text without markup or scripts, days, web links only', async () => {
    const feed = await readFeed(fixture('energy-news.rss.xml'), 'news');
    expect(feed).toMatchObject({ title: 'Energy Notes', publishedAt: '2026-03-20' });
    expect(feed.items.map(({ heading, location, publishedAt }) => [heading, location, publishedAt])).toEqual([
      ['Heat pumps pass gas boilers in new homes', 'https://news.example.org/heat-pumps', '2026-03-03'],
      ['Storage tender in Leipzig closes early', 'https://news.example.org/leipzig', '2026-03-18'],
      ['Wind farm pays for its own line', null, '2026-03-20'],
    ]);
    const [first] = feed.items;
    expect(first?.paragraphs.join(' ')).toContain('before the subsidy & saves about 3 tonnes');
    expect(first?.paragraphs.join(' ')).not.toMatch(/alert|</);
  });

  it('reads Atom', async () => {
    const feed = await readFeed(fixture('grid-lab.atom.xml'), 'lab');
    expect(feed).toMatchObject({ title: 'Grid Lab', publishedAt: '2026-04-02' });
    expect(feed.items.map(({ heading }) => heading)).toEqual(['Restart tests for storage plants', 'Second life for bus batteries']);
  });

  it.each([
    [
      'entities',
      '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>',
      /entities/,
    ],
    [
      'external entities',
      '<!DOCTYPE r [<!entity x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
      /entities/,
    ],
    ['a huge feed', `<rss><channel>${' '.repeat(MAX_FEED_LENGTH)}</channel></rss>`, /at most/],
    ['what is no feed', '<html><body>404</body></html>', /not a readable/],
    ['broken XML', '<rss><channel><title>x', /not a readable/],
  ])('refuses %s', async (_, xml, message) => {
    await expect(readFeed(xml, 'feed')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
  });
});
