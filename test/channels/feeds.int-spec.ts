import { describe, expect, it } from '@jest/globals';
import { parseFeed } from '@rowanmanning/feed-parser';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { type FeedEntry, type FeedOptions, renderFeed } from '../../src/channels/feed/render-feed.ts';
import { decodeEntities } from '../../src/core/text/entities.ts';
import type { PublishPackage } from '../../src/channels/publish-package.ts';
import { HOSTILE_TITLE, publicationOf, TABLE } from './publications.ts';

const options: FeedOptions = {
  accountId: '0195e5c0-0000-7000-8000-000000000001',
  title: 'Sea & "Notes" <1>',
  siteUrl: 'https://sea.example/',
  itemUrl: 'https://sea.example/{slug}/?a=1&b=2',
  language: 'zh',
};
const XML = ['rss', 'atom'] as const;
const FORMATS = [...XML, 'json'] as const;
const day = (number: number): Date => new Date(Date.UTC(2026, 10, number));
const entryOf = (changes: Partial<PublishPackage>, published = 1, updated = published): FeedEntry => ({
  package: publicationOf(changes).package,
  publishedAt: day(published),
  updatedAt: day(updated),
});

const NO_LABEL = { ...publicationOf().package.aiLabel, aigc: null, visibleText: null };

const HOSTILE = [
  HOSTILE_TITLE,
  ']]>',
  'a & b &amp; c',
  '<script>alert(1)</script>',
  '\u0007\u0000\uFFFE tab\there',
  '\uD800 lone',
  '👩‍🚀🇨🇳',
  'مرحبا שלום',
  `<id>urn:uuid:x</id>`,
  '<![CDATA[x]]>',
  '&#7;',
];
const shown = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();

const xmllint = (xml: string): { status: number | null; problems: string } => {
  const { status, stderr, error } = spawnSync('xmllint', ['--noout', '--nonet', '-'], { input: xml, encoding: 'utf8' });
  if (error) throw new Error(`xmllint: ${error.message} (Debian: apt-get install libxml2-utils)`);
  return { status, problems: stderr };
};
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;
// CI sets REQUIRE_REDIS=1: there a missing tool is a failure.
const describeXmllint = hasXmllint || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;
const skipNote = hasXmllint ? '' : ' (needs xmllint; Debian: apt-get install libxml2-utils)';

const entries = HOSTILE.map((text, number) =>
  entryOf(
    {
      title: `${number} ${text}`,
      summary: `S ${text}`,
      author: `A ${text}`,
      tags: [`t ${text}`, '"quoted" <tag>'],
      bodyHtml: `<p>${number}</p>]]> & <![CDATA[x]]> \u0007`,
    },
    number + 1,
  ),
);

describeXmllint(`RSS and Atom are well-formed${skipNote}`, () => {
  it('with enclosures', () => {
    const entry = entryOf({ attachments: [TABLE, { ...TABLE, name: 'b.csv' }] });
    for (const format of XML)
      expect(xmllint(renderFeed(format, { ...options, filesUrl: 'https://hub.example/f' }, [entry]))).toEqual({ status: 0, problems: '' });
  });

  it('hostile texts', () => {
    for (const xml of XML.map((format) => renderFeed(format, options, entries))) expect(xmllint(xml)).toEqual({ status: 0, problems: '' });
    for (const xml of XML.map((format) => renderFeed(format, options, []))) expect(xmllint(xml)).toEqual({ status: 0, problems: '' });
  });
});

describe('renderFeed', () => {
  it.each(XML)('%s parses back equal, newest first', (format) => {
    const feed = parseFeed(renderFeed(format, options, entries));
    expect(feed.title).toBe('Sea & "Notes" <1>');
    const newestFirst = [...entries].reverse();
    expect(feed.items.map(({ title }) => title)).toEqual(newestFirst.map((entry) => shown(entry.package.title)));
    expect(feed.items.map(({ id }) => id)).toEqual(newestFirst.map((entry) => `urn:uuid:${entry.package.contentId}`));
    expect(feed.items.map(({ url }) => url)).toEqual(newestFirst.map((entry) => `https://sea.example/${entry.package.slug}/?a=1&b=2`));
    expect(feed.items.map(({ description }) => description)).toEqual(newestFirst.map((entry) => shown(entry.package.summary)));
    expect(feed.items.map(({ published }) => published)).toEqual(newestFirst.map(({ publishedAt }) => publishedAt));
    expect(feed.items.every(({ content }, at) => content?.includes(`<p>${entries.length - 1 - at}</p>]]>`))).toBe(true);
  });

  it('any title survives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (title) => {
        fc.pre(shown(title) !== '');
        const entry = entryOf({ title });
        for (const format of XML) expect(parseFeed(renderFeed(format, options, [entry])).items[0]?.title).toBe(shown(title));
        const json = renderFeed('json', options, [entry]);
        expect((JSON.parse(json) as { items: { title: string }[] }).items[0]?.title).toBe(shown(title));
      }),
    );
  });

  it('an edit keeps the GUID and changes the time', () => {
    const before = entryOf({}, 1, 1);
    const after = { package: { ...before.package, title: 'Edited', version: 2 }, publishedAt: before.publishedAt, updatedAt: day(5) };
    const [a, b] = [before, after].map((entry) => parseFeed(renderFeed('atom', options, [entry])).items[0]);
    expect([b?.id, b?.published, b?.title]).toEqual([a?.id, a?.published, 'Edited']);
    expect([a?.updated, b?.updated]).toEqual([day(1), day(5)]);
  });

  it('carries the AI label in each format, and none for a text without a model', () => {
    const entry = entryOf({});
    const { aigc, visibleText } = entry.package.aiLabel;
    const [rss = '', atom = '', json = ''] = FORMATS.map((format) => renderFeed(format, options, [entry]));
    const element = /<TC260:AIGC xmlns:TC260="http:\/\/www\.tc260\.org\.cn\/ns\/AIGC\/1\.0\/">(.*?)<\/TC260:AIGC>/s;
    for (const xml of [rss, atom]) {
      expect(JSON.parse(decodeEntities(element.exec(xml)?.[1] ?? ''))).toEqual(aigc);
      expect(parseFeed(xml).items[0]?.content).toContain(visibleText);
    }
    const [item] = (JSON.parse(json) as { items: { _aigc: unknown; content_html: string }[] }).items;
    expect([item?._aigc, item?.content_html.includes(visibleText ?? '?')]).toEqual([aigc, true]);
    const plain = { ...entry, package: { ...entry.package, aiLabel: { ...entry.package.aiLabel, aigc: null, visibleText: null } } };
    for (const format of FORMATS) expect(renderFeed(format, options, [plain])).not.toMatch(/aigc/i);
  });

  it('has the files of an entry as enclosures, with their whole addresses', () => {
    const entry = entryOf({
      attachments: [TABLE, { ...TABLE, name: 'b.pdf', title: 'B', mediaType: 'application/pdf' }],
      aiLabel: NO_LABEL,
    });
    const filesUrl = 'https://hub.example/feeds/a/files';
    const address = `${filesUrl}/${entry.package.contentId}`;
    const [rss = '', atom = '', json = ''] = FORMATS.map((format) => renderFeed(format, { ...options, filesUrl }, [entry]));
    expect(rss.match(/<enclosure [^>]*>/g)).toEqual([`<enclosure length="22" type="text/csv" url="${address}/table.csv"/>`]);
    expect(atom.match(/<link rel="enclosure" [^>]*>/g)).toEqual([
      `<link rel="enclosure" href="${address}/table.csv" type="text/csv" title="A &amp; &quot;B&quot; &lt;table&gt;.csv" length="22"/>`,
      `<link rel="enclosure" href="${address}/b.pdf" type="application/pdf" title="B" length="22"/>`,
    ]);
    expect((JSON.parse(json) as { items: object[] }).items).toMatchObject([
      {
        attachments: [
          { url: `${address}/table.csv`, mime_type: 'text/csv', title: TABLE.title, size_in_bytes: 22 },
          { url: `${address}/b.pdf` },
        ],
      },
    ]);
    for (const format of FORMATS) expect(renderFeed(format, options, [entry])).not.toMatch(/enclosure|"attachments":/);
  });

  it('is the same text for the same entries', () => {
    for (const format of FORMATS) expect(renderFeed(format, options, entries)).toBe(renderFeed(format, options, [...entries].reverse()));
  });
});
