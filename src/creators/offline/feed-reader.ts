import { parseFeed } from '@rowanmanning/feed-parser';
import { CreationError } from '../creation-error.ts';
import { blankText, cutAfterItem } from './cut-feed.ts';
import { linkOf, webAddress } from './feed-links.ts';
import { child, paragraphsOf, titleOf } from './feed-text.ts';
import type { SourceSection } from './source-document.ts';

export interface FeedInput {
  xml: string;
  name: string;
  /** URL of the feed, the base of its relative links. */
  address: string | null;
  /** In characters. A longer feed is cut between two items. */
  limit: number;
  /** The feed is longer than what was read. */
  cut: boolean;
}

export interface Feed {
  title: string | null;
  publishedAt: string | null;
  items: SourceSection[];
  warnings: string[];
}

/** An item takes about 5 µs to read. A feed of 2 MB holds about 400 full articles. */
const MAX_ITEMS = 1_000;

/** Reads RSS 0.9–2.0 and Atom, also slightly malformed. Entity declarations are rejected before parsing. */
export function readFeed({ xml: whole, name, address, limit, cut }: FeedInput): Feed {
  const blanked = blankText(whole);
  if (/<!ENTITY/i.test(blanked))
    throw new CreationError('invalid_input', `The feed "${name}" declares XML entities; such feeds are refused.`);
  const warnings: string[] = [];
  const isWhole = /<\/(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>/i.test(blanked);
  let xml = whole;
  if (cut || whole.length > limit || !isWhole) {
    const part = cutAfterItem(whole, blanked, limit);
    if (part === null && (cut || whole.length > limit)) throw tooLarge(name, limit);
    if (part === null) throw unreadable(name, whole);
    xml = part.xml;
    const why = cut || whole.length > limit ? `${limit} characters are read` : 'its end is missing';
    warnings.push(`The feed "${name}" was cut after ${part.items} items: ${why}.`);
  }
  const feed = parse(xml, name, whole);
  const feedAddress = webAddress(feed.url, address) ?? address;
  if (feed.items.length > MAX_ITEMS) warnings.push(`Only the first ${MAX_ITEMS} of ${feed.items.length} items of "${name}" were read.`);
  const items = feed.items.slice(0, MAX_ITEMS).flatMap(({ element, published, updated }): SourceSection[] => {
    const paragraphs = ['encoded', 'content', 'description', 'summary']
      .map((part) => paragraphsOf(child(element, part)))
      .reduce((longest, candidate) => (lengthOf(candidate) > lengthOf(longest) ? candidate : longest), []);
    const heading = titleOf(child(element, 'title'));
    if (paragraphs.length === 0 && heading === null) return [];
    return [
      {
        heading, // alone it is nothing to quote, but a topic
        location: linkOf(element, feedAddress),
        publishedAt: (published ?? updated)?.toISOString().slice(0, 10) ?? null,
        paragraphs,
      },
    ];
  });
  const newest = items.map((item) => item.publishedAt ?? '').reduce((a, b) => (b > a ? b : a), '');
  return { title: titleOf(child(feed.element, 'title')), publishedAt: newest || null, items, warnings };
}

function parse(xml: string, name: string, whole: string): ReturnType<typeof parseFeed> {
  try {
    return parseFeed(xml);
  } catch (error) {
    throw unreadable(name, whole, error);
  }
}

function tooLarge(name: string, limit: number): CreationError {
  return new CreationError('invalid_input', `No item of the feed "${name}" ends within the ${limit} characters that are read of it.`);
}

function unreadable(name: string, text: string, cause?: unknown): CreationError {
  const other = /^\s*\{/.test(text) ? ' It seems to be JSON: name the address of the RSS or Atom feed.' : '';
  return new CreationError('invalid_input', `"${name}" is not a readable RSS or Atom feed.${other}`, { cause });
}

function lengthOf(paragraphs: readonly string[]): number {
  return paragraphs.reduce((sum, text) => sum + text.length, 0);
}
