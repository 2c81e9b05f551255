import { Feed, type Item } from 'feed';
import { randomUUID } from 'node:crypto';
import { escapeHtml } from '../../core/page/escape-html.ts';
import { AIGC_NAMESPACE, labelledHtml } from '../label/label-carriers.ts';
import type { PublishPackage } from '../publish-package.ts';

export interface FeedOptions {
  readonly accountId: string;
  readonly title: string;
  readonly description?: string;
  readonly siteUrl: string;
  /** Address of the page of a content, with {slug}. Without it, entries link to the site. */
  readonly itemUrl?: string;
  readonly language: 'zh' | 'en';
}

export interface FeedEntry {
  readonly package: PublishPackage;
  readonly publishedAt: Date;
  /** Rises with each published version; the GUID stays. */
  readonly updatedAt: Date;
}

export type FeedFormat = 'rss' | 'atom' | 'json';

const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const LANGUAGES = { zh: 'zh-CN', en: 'en' };

/** The feed of one account in one format, newest entry first. Equal input gives equal text. */
export function renderFeed(format: FeedFormat, options: FeedOptions, entries: readonly FeedEntry[]): string {
  const newestFirst = [...entries].sort((a, b) => b.publishedAt.getTime() - a.publishedAt.getTime());
  return RENDERERS[format](options, newestFirst);
}

const RENDERERS = { rss: renderRss, atom: renderAtom, json: renderJson } as const;

/** Stable for ever: a reader shows an entry with another GUID as unread. */
export function guidOf({ contentId }: PublishPackage): string {
  return `urn:uuid:${contentId}`;
}

function renderRss(options: FeedOptions, entries: readonly FeedEntry[]): string {
  const feed = feedOf(options, entries);
  for (const entry of entries) {
    const { aigc } = entry.package.aiLabel;
    const objects = { _attributes: { 'xmlns:TC260': AIGC_NAMESPACE }, _text: clean(JSON.stringify(aigc)) };
    const item = itemOf(options, entry);
    feed.addItem({
      ...item,
      title: rssTitle(item.title),
      description: escapeHtml(item.description ?? ''),
      content: withoutCdataEnd(item.content ?? ''),
      ...(aigc !== null && { extensions: [{ name: 'TC260:AIGC', objects }] }),
    });
  }
  return feed.rss2();
}

/**
 * Titles and summaries of Atom are HTML, so plain text is escaped. The library writes no elements of other namespaces into
 * entries, so `rights` holds a random mark that is then replaced by the element.
 */
function renderAtom(options: FeedOptions, entries: readonly FeedEntry[]): string {
  const feed = feedOf(options, entries);
  const elements = new Map<string, string>();
  for (const entry of entries) {
    const item = itemOf(options, entry);
    const mark = randomUUID();
    const { aigc } = entry.package.aiLabel;
    if (aigc !== null) {
      elements.set(
        `<rights>${mark}</rights>`,
        `<TC260:AIGC xmlns:TC260="${AIGC_NAMESPACE}">${escapeHtml(clean(JSON.stringify(aigc)))}</TC260:AIGC>`,
      );
    }
    feed.addItem({
      ...item,
      title: escapeHtml(item.title),
      description: escapeHtml(item.description ?? ''),
      content: withoutCdataEnd(item.content ?? ''),
      // the library does not escape < in attributes
      category: (item.category ?? []).map(({ name = '' }) => ({ term: name.replaceAll('<', '‹'), name: name.replaceAll('<', '‹') })),
      ...(aigc !== null && { copyright: mark }),
    });
  }
  let xml = feed.atom1();
  for (const [mark, element] of elements) xml = xml.replace(mark, () => element);
  return xml;
}

function renderJson(options: FeedOptions, entries: readonly FeedEntry[]): string {
  const feed = feedOf(options, entries);
  for (const entry of entries) {
    const { aigc } = entry.package.aiLabel;
    feed.addItem({ ...itemOf(options, entry), ...(aigc !== null && { extensions: [{ name: '_aigc', objects: { ...aigc } }] }) });
  }
  return feed.json1();
}

function feedOf({ accountId, title, description, siteUrl, language }: FeedOptions, entries: readonly FeedEntry[]): Feed {
  const updated = new Date(Math.max(0, ...entries.map(({ updatedAt }) => updatedAt.getTime())));
  return new Feed({
    id: `urn:uuid:${accountId}`,
    title: oneLine(title),
    description: oneLine(description ?? title),
    link: siteUrl,
    language: LANGUAGES[language],
    updated,
    generator: 'ContentHub',
    author: { name: oneLine(title) },
  });
}

function itemOf({ itemUrl, siteUrl }: FeedOptions, { package: content, publishedAt, updatedAt }: FeedEntry): Item {
  return {
    title: oneLine(content.title),
    id: guidOf(content),
    guid: guidOf(content),
    link: itemUrl?.replaceAll('{slug}', encodeURIComponent(content.slug)) ?? siteUrl,
    date: updatedAt,
    published: publishedAt,
    description: oneLine(content.summary),
    content: clean(labelledHtml(content)),
    author: [{ name: oneLine(content.author) }],
    category: content.tags.map((tag) => ({ name: oneLine(tag), term: oneLine(tag) })),
  };
}

/** Readers decode references in titles of RSS, and some read tags. Other titles stay as they are, for readers that do neither. */
function rssTitle(title: string): string {
  return title
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(']]>', ']]&gt;');
}

/** The same HTML. The library splits only the first end of a CDATA section in a text. */
function withoutCdataEnd(html: string): string {
  return html.replaceAll(']]>', ']]&gt;');
}

/** Without characters that XML 1.0 cannot contain even when escaped. */
function clean(text: string): string {
  return text.toWellFormed().replace(NOT_IN_XML, '');
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}
