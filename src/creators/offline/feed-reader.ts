import { CreationError } from '../creation-error.ts';
import { readHtml } from './html-text.ts';
import { isoDay, type SourceSection } from './source-document.ts';

export interface Feed {
  title: string | null;
  publishedAt: string | null;
  items: SourceSection[];
}

/** A feed of 2 MB holds some 400 full articles. */
export const MAX_FEED_LENGTH = 2_000_000;
const MAX_ITEMS = 200;

/** RSS 0.9–2.0 or Atom. Entity declarations and feeds too large to be one are refused before the parser sees them. */
export async function readFeed(xml: string, name: string): Promise<Feed> {
  if (xml.length > MAX_FEED_LENGTH) {
    throw new CreationError('invalid_input', `The feed "${name}" has ${xml.length} characters; at most ${MAX_FEED_LENGTH} are read.`);
  }
  if (/<!ENTITY/i.test(xml)) throw new CreationError('invalid_input', `The feed "${name}" declares XML entities; such feeds are refused.`);
  const { default: Parser } = await import('rss-parser');
  const parser = new Parser<object, { 'content:encoded'?: unknown }>({ customFields: { item: ['content:encoded'] } });
  const feed = await parser.parseString(xml).catch((error: unknown) => {
    throw new CreationError('invalid_input', `"${name}" is not a readable RSS or Atom feed.`, { cause: error });
  });
  const items = feed.items.slice(0, MAX_ITEMS).flatMap((item): SourceSection[] => {
    const html = [item['content:encoded'], item.content, item.summary].map(plainString).reduce((a, b) => (b.length > a.length ? b : a), '');
    const paragraphs = readHtml(html).sections.flatMap((section) => section.paragraphs);
    if (paragraphs.length === 0) return [];
    return [
      {
        heading: oneLine(plainString(item.title)) || null,
        location: webAddress(plainString(item.link)),
        publishedAt: isoDay(plainString(item.isoDate) || plainString(item.pubDate)),
        paragraphs,
      },
    ];
  });
  const newest = items.map((item) => item.publishedAt ?? '').reduce((a, b) => (b > a ? b : a), '');
  return { title: oneLine(plainString(feed.title)) || null, publishedAt: newest || null, items };
}

/** The parser hands on elements with attributes as objects. */
function plainString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Links go into the published text: anything but http(s) is dropped. */
function webAddress(link: string): string | null {
  const url = URL.parse(link.trim());
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : null;
}
