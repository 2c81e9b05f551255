import { Feed, type Item } from 'feed';
import { randomUUID } from 'node:crypto';
import { escapeHtml } from '../../core/page/escape-html.ts';
import { withAssetAddresses } from '../asset-addresses.ts';
import { attachmentList } from '../attachment-list.ts';
import { AIGC_NAMESPACE, labelledHtml } from '../label/label-carriers.ts';
import type { PackageFile, PublishPackage } from '../publish-package.ts';

export interface FeedOptions {
  readonly accountId: string;
  readonly title: string;
  readonly description?: string;
  readonly siteUrl: string;
  /** Address of the page of a content, with {slug}. Without it, entries link to the site. */
  readonly itemUrl?: string;
  readonly language: 'zh' | 'en';
  /** Address of the files of contents: `<filesUrl>/<content id>/<name>`. Without it, entries have no enclosure. */
  readonly filesUrl?: string;
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
    // RSS knows one enclosure of an entry; the list below the text has all files
    const [{ url, type, length } = { url: null, type: '', length: 0 }] = enclosuresOf(options, entry.package);
    feed.addItem({
      ...item,
      ...(url !== null && { enclosure: { url, type, length } }),
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
 * entries, and enclosures with a wrong type, so `rights` holds a random mark that is then replaced by these elements.
 */
function renderAtom(options: FeedOptions, entries: readonly FeedEntry[]): string {
  const feed = feedOf(options, entries);
  const elements = new Map<string, string>();
  for (const entry of entries) {
    const item = itemOf(options, entry);
    const mark = randomUUID();
    const { aigc } = entry.package.aiLabel;
    const more = enclosuresOf(options, entry.package).map(
      ({ url, type, title, length }) =>
        `<link rel="enclosure" href="${escapeHtml(url)}" type="${type}" title="${escapeHtml(title)}" length="${length}"/>`,
    );
    if (aigc !== null) more.push(`<TC260:AIGC xmlns:TC260="${AIGC_NAMESPACE}">${escapeHtml(clean(JSON.stringify(aigc)))}</TC260:AIGC>`);
    if (more.length > 0) elements.set(`<rights>${mark}</rights>`, more.join('\n        '));
    feed.addItem({
      ...item,
      title: escapeHtml(item.title),
      description: escapeHtml(item.description ?? ''),
      content: withoutCdataEnd(item.content ?? ''),
      // the library does not escape < in attributes
      category: (item.category ?? []).map(({ name = '' }) => ({ term: name.replaceAll('<', '‹'), name: name.replaceAll('<', '‹') })),
      ...(more.length > 0 && { copyright: mark }),
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
  const json = JSON.parse(feed.json1()) as { items: object[] };
  // the library writes no attachments into items
  for (const [index, { package: content }] of entries.entries()) {
    const attachments = enclosuresOf(options, content).map(({ url, type, title, length }) => ({
      url,
      mime_type: type,
      title,
      size_in_bytes: length,
    }));
    if (attachments.length > 0) Object.assign(json.items[index] ?? {}, { attachments });
  }
  return JSON.stringify(json, null, 4);
}

/** The addresses of the images and files of a content; empty when the feed has none. */
function addressesOf({ filesUrl }: FeedOptions, { contentId, images, attachments = [] }: PublishPackage): Map<string, string> {
  if (filesUrl === undefined) return new Map();
  return new Map([...images, ...attachments].map(({ name }) => [name, `${filesUrl}/${contentId}/${name}`]));
}

function enclosuresOf(options: FeedOptions, content: PublishPackage): { url: string; type: string; title: string; length: number }[] {
  const addresses = addressesOf(options, content);
  const files: readonly PackageFile[] = content.attachments ?? [];
  return files.flatMap(({ name, title, mediaType, bytes }) => {
    const url = addresses.get(name);
    return url === undefined ? [] : [{ url, type: mediaType, title: oneLine(title), length: bytes }];
  });
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

function itemOf(options: FeedOptions, { package: content, publishedAt, updatedAt }: FeedEntry): Item {
  const { itemUrl, siteUrl } = options;
  const addresses = addressesOf(options, content);
  const html = withAssetAddresses(labelledHtml(content), addresses) + attachmentList(content, (name) => addresses.get(name));
  return {
    title: oneLine(content.title),
    id: guidOf(content),
    guid: guidOf(content),
    link: itemUrl?.replaceAll('{slug}', encodeURIComponent(content.slug)) ?? siteUrl,
    date: updatedAt,
    published: publishedAt,
    description: oneLine(content.summary),
    content: clean(html),
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
