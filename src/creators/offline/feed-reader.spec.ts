import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeText } from '../../core/text/decode-text.ts';
import { type Feed, readFeed } from './feed-reader.ts';

const fixture = (name: string): string => decodeText(readFileSync(`test/fixtures/sources/${name}`));
const read = (xml: string, more: { address?: string; limit?: number; cut?: boolean } = {}): Feed =>
  readFeed({ xml, name: 'feed', address: null, limit: 2_000_000, cut: false, ...more });
const rss = (item: string, channel = ''): string =>
  `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title>${channel}<item>${item}</item></channel></rss>`;
const atom = (entry: string, attributes = ''): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom"${attributes}><title>T</title><entry>${entry}</entry></feed>`;
const TEXT = '<description>Some text.</description>';

describe('readFeed', () => {
  it('reads RSS 2.0: text without markup or scripts, days, web links only', () => {
    const feed = read(fixture('energy-news.rss.xml'));
    expect(feed).toMatchObject({ title: 'Energy Notes', publishedAt: '2026-03-20', warnings: [] });
    expect(feed.items.map(({ heading, location, publishedAt }) => [heading, location, publishedAt])).toEqual([
      ['Heat pumps pass gas boilers in new homes', 'https://news.example.org/heat-pumps', '2026-03-03'],
      ['Storage tender in Leipzig closes early', 'https://news.example.org/leipzig', '2026-03-18'],
      ['Wind farm pays for its own line', null, '2026-03-20'],
    ]);
    const [first] = feed.items;
    expect(first?.paragraphs.join(' ')).toContain('before the subsidy & saves about 3 tonnes');
    expect(first?.paragraphs.join(' ')).not.toMatch(/alert|</);
  });

  it('reads Atom', () => {
    const feed = read(fixture('grid-lab.atom.xml'));
    expect(feed).toMatchObject({ title: 'Grid Lab', publishedAt: '2026-04-02' });
    expect(feed.items.map(({ heading }) => heading)).toEqual(['Restart tests for storage plants', 'Second life for bus batteries']);
  });

  it.each([
    ['feed-named-entities.xml', 'Café notes', 'Lyon café'],
    ['feed-numeric-references.xml', 'City notes', 'Lyon'],
    ['feed-windows-1252.xml', 'Café notes', 'Lyon café'],
  ])('reads the accents and signs of %s', (name, title, heading) => {
    const feed = read(fixture(name));
    expect([feed.title, feed.items[0]?.heading, feed.items[0]?.location]).toEqual([title, heading, 'https://news.example.org/lyon']);
    expect(feed.items[0]?.paragraphs).toEqual([
      'The café of the museum in Lyon reopened in 2024 after a £12 million renovation.',
      'It’s the first façade in Lyon that was restored with money from 31 countries.',
      'Chloé’s tour brought 40000 visitors to Lyon during the first month of the season.',
      'The mayor of Lyon said the “second wing” near the station would follow in 2027.',
      'A résumé of 1890 was found in the archive of Lyon between 40000 photographs.',
      'Teachers in Lyon use the naïve paintings of the collection for 12 lessons a year.',
      'The foundation pays €300000 a year – twice as much as before – so that Lyon stays free.',
      'Engineers measured vibrations of 3° in the Lyon tower and found that trams cause most.',
    ]);
  });

  it('resolves relative links by xml:base and links the page, not the enclosure', () => {
    const feed = read(fixture('feed-atom-relative-base.xml'));
    expect(feed.title).toBe('Café notes');
    expect(feed.items.slice(0, 2).map(({ heading, location, publishedAt }) => [heading, location, publishedAt])).toEqual([
      ['Lyon & harbour', 'https://news.example.org/blog/lyon.html', '2026-11-01'],
      ['Bergen & harbour', 'https://news.example.org/blog/bergen.html', '2026-11-01'],
    ]);
    expect(feed.items[0]?.paragraphs[1]).toBe('Visitors from 31 countries came to the Lyon during the first month of the season.');
  });

  it('reads a raw ampersand as an ampersand, in text and links', () => {
    const [item] = read(fixture('feed-raw-ampersand.xml')).items;
    expect([item?.heading, item?.location]).toEqual(['R&D in Lyon: D&D night', 'https://news.example.org/a?x=1&y=2']);
  });

  it('reads a feed about entity declarations', () => {
    const feed = read(fixture('feed-entity-word-in-cdata.xml'));
    expect([feed.items.length, feed.items[0]?.heading]).toEqual([5, 'XXE explained']);
  });

  it.each([
    ['<title>Caf&amp;eacute; &amp;#146;s</title>', 'Café ’s'],
    ['<title><![CDATA[Q&amp;A: caf&eacute;]]></title>', 'Q&A: café'],
    ['<title>&lt;b&gt;Bold&lt;/b&gt; &lt;i class="x"&gt;and &lt;u&gt;more&lt;/u&gt;&lt;/i&gt;</title>', 'Bold and more'],
    ['<title>&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; twice</title>', 'Bold twice'],
    ['<title><![CDATA[<b>Bold</b> one<br>two]]></title>', 'Bold one two'],
    ['<title>The &lt;b&gt; element and 3 &lt; 4</title>', 'The <b> element and 3 < 4'],
    ['<title>R&amp;D &#8217; &#x1F600;</title>', 'R&D ’ 😀'],
    ['<media:title>Picture</media:title><title>Text</title>', 'Text'],
  ])('reads the RSS title %s', (title, heading) => {
    expect(read(rss(`${title}${TEXT}`)).items[0]?.heading).toBe(heading);
  });

  it.each([
    ['<title type="html">Less: &lt;em> &amp;lt; &lt;/em></title>', 'Less: <'],
    ['<title type="html">The &amp;lt;b&amp;gt; element &lt;hr&gt;</title>', 'The <b> element'],
    ['<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less: <em>&lt;</em> 3</div></title>', 'Less: < 3'],
    ['<title type="text">Less: &lt; and R&amp;D</title>', 'Less: < and R&D'],
    ['<title>Caf&#233; &amp;eacute;</title>', 'Café é'],
  ])('reads the Atom title %s', (title, heading) => {
    expect(read(atom(`${title}<summary>Some text.</summary>`)).items[0]?.heading).toBe(heading);
  });

  it.each([
    [rss('<description>&lt;p&gt;if a &amp;lt; b, &amp;eacute;&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;</description>'), ['if a < b, é', 'two']],
    [rss('<description>&amp;lt;p&amp;gt;one&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;two&amp;lt;/p&amp;gt;</description>'), ['one', 'two']],
    [rss('<description>Short.</description><content:encoded><![CDATA[<p>Long text.</p>]]></content:encoded>'), ['Long text.']],
    [rss('<media:description>A picture that has a long text</media:description><description>Text.</description>'), ['Text.']],
    [atom('<content type="text">One &lt; two.\n\nR&amp;D.</content>'), ['One < two.', 'R&D.']],
    [atom('<content type="html">&lt;p>One &amp;amp; two.&lt;/p></content>'), ['One & two.']],
    [
      atom('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b &amp; <b>c</b>&#8217;</p><p>d</p></div></content>'),
      ['a < b & c’', 'd'],
    ],
    [
      atom('<x:content xmlns:x="y">Not this long one</x:content><summary>Sum.</summary><content>Content text.</content>'),
      ['Content text.'],
    ],
  ])('reads the text of %s', (xml, paragraphs) => {
    expect(read(xml).items[0]?.paragraphs).toEqual(paragraphs);
  });

  it.each<[string, string, string, string | null]>([
    ['guid', rss(`<guid>https://a.example/1</guid>${TEXT}`), '', 'https://a.example/1'],
    ['guid that is no link', rss(`<guid isPermaLink="false">https://a.example/1</guid>${TEXT}`), '', null],
    ['guid that is no address', rss(`<guid>4711</guid>${TEXT}`), 'https://a.example/feed', null],
    ['link before guid', rss(`<guid>https://a.example/1</guid><link>https://a.example/2</link>${TEXT}`), '', 'https://a.example/2'],
    [
      'channel link as base',
      rss(`<link>/1</link>${TEXT}`, '<link>https://a.example/</link>'),
      'https://b.example/x',
      'https://a.example/1',
    ],
    ['feed address as base', rss(`<link>1.html</link>${TEXT}`), 'https://a.example/blog/feed.xml', 'https://a.example/blog/1.html'],
    ['no base at all', rss(`<link>1.html</link>${TEXT}`), '', null],
    [
      'nested bases',
      atom('<link href="1"/><summary>x</summary>', ' xml:base="/b/"').replace('<entry', '<entry xml:base="2026/"'),
      'https://a.example/f',
      'https://a.example/b/2026/1',
    ],
    [
      'an Atom link without rel',
      atom('<link rel="edit" href="http://a.example/e"/><link href="http://a.example/p"/><summary>x</summary>'),
      '',
      'http://a.example/p',
    ],
    ['what is no web address', rss(`<link>javascript:alert(1)</link><guid>https://a.example/1</guid>${TEXT}`), '', 'https://a.example/1'],
  ])('finds the page of an item: %s', (_, xml, address, location) => {
    expect(read(xml, address === '' ? {} : { address }).items[0]?.location).toBe(location);
  });

  it('reads RDF with items beside the channel', () => {
    const feed = read(
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel><item><title>One</title><link>https://a.example/1</link><dc:date>2026-02-03T04:05:06Z</dc:date><description>Text.</description></item></rdf:RDF>',
    );
    expect(feed).toMatchObject({ title: 'R', publishedAt: '2026-02-03', items: [{ heading: 'One', location: 'https://a.example/1' }] });
  });

  it('cuts a feed of 2.1 MB between two items and reports it', () => {
    const pad = 'x'.repeat(3_700);
    const items = Array.from(
      { length: 560 },
      (_, i) =>
        `<item><title>Solo ${i}</title><description><![CDATA[<p>Solo ${i} opened in 2024. </item> is a word.</p><pre>${pad}</pre>]]></description></item>`,
    );
    const xml = `<rss version="2.0"><channel><title>Solo</title>${items.join('')}</channel></rss>`;
    expect(xml.length).toBeGreaterThan(2_100_000);
    const feed = read(xml);
    const count = Math.floor((2_000_000 - '<rss version="2.0"><channel><title>Solo</title>'.length) / 3_826);
    expect(feed.items.length).toBeGreaterThan(count - 5);
    expect(feed.items.at(-1)).toMatchObject({
      heading: `Solo ${feed.items.length - 1}`,
      paragraphs: [`Solo ${feed.items.length - 1} opened in 2024. </item> is a word.`.replace('</item>', '').replace('  ', ' ')],
    });
    expect(feed.warnings).toEqual([`The feed "feed" was cut after ${feed.items.length} items: 2000000 characters are read.`]);
    expect(read(xml.slice(0, 9_000), { cut: true, limit: 9_000 }).items).toHaveLength(2);
    expect(read(xml.slice(0, 9_000))).toMatchObject({ warnings: ['The feed "feed" was cut after 2 items: its end is missing.'] });
  });

  it('keeps an item that has a title and no text, which is a topic, and leaves out one that has neither', () => {
    const { items } = read(rss('<title>Ferries run on hydrogen</title><link>https://a.example/ferries</link>'));
    expect(items).toEqual([
      { heading: 'Ferries run on hydrogen', location: 'https://a.example/ferries', publishedAt: null, paragraphs: [] },
    ]);
    expect(read(rss('<link>https://a.example/1</link>')).items).toEqual([]);
  });

  it('reports unread items', () => {
    const item = `<item><title>t</title>${TEXT}</item>`;
    const feed = read(`<rss><channel>${item.repeat(1_001)}</channel></rss>`);
    expect([feed.items.length, feed.warnings]).toEqual([1_000, ['Only the first 1000 of 1001 items of "feed" were read.']]);
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
    ['a huge item', `<rss><channel><item>${' '.repeat(2_000_000)}</item></channel></rss>`, /No item .* ends within the 2000000 characters/],
    ['what is no feed', '<html><body>404</body></html>', /not a readable/],
    ['broken XML', '<rss><channel><title>x', /not a readable/],
    ['a JSON feed', '{"version": "https://jsonfeed.org/version/1.1", "items": []}', /name the address of the RSS or Atom feed/],
    ['nothing', '', /not a readable/],
  ])('refuses %s', (_, xml, message) => {
    expect(() => read(xml)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(message) }));
  });

  it.each([
    ['<![CDATA['.repeat(200_000)],
    ['<!--'.repeat(300_000)],
    ['<!'.repeat(500_000)],
    [`<rss><channel>${'<item><title>'.repeat(100_000)}`],
    [`<rss><channel>${'<item>'.repeat(100)}</item></channel></rss>`],
    [rss(`<title>${'&lt;b '.repeat(100_000)}</title>${TEXT}`)],
    [rss(`<title>${'&lt;b&gt;'.repeat(100_000)}</title>${TEXT}`)],
    [rss(`<description>${'&lt;p '.repeat(200_000)}</description>`)],
    [rss(`<title xml:base="${'../'.repeat(100_000)}">x</title>${TEXT}`)],
  ])('takes linear time for hostile input (%#)', (hostile) => {
    const before = process.threadCpuUsage();
    try {
      read(hostile);
    } catch {
      // an error is a correct answer too
    }
    expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000); // µs of CPU: other processes do not change it
  });
});
