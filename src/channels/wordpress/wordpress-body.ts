import { attachmentList } from '../attachment-list.ts';
import { withAssetAddresses } from '../asset-addresses.ts';
import { labelledHtml } from '../label/label-carriers.ts';
import type { Publication } from '../channel.ts';

/** Says which version of which content a post is. A plain site drops custom fields without an error, and keeps comments. */
const MARK = /<!-- contenthub ([0-9a-f-]{36}) ([0-9a-f]{64}) -->/;

/**
 * The body as one HTML block: outside of blocks WordPress turns newlines into <br>, and a shortcode in the text would run.
 * `addresses`: the images and attachments at the site, by their names.
 */
export function wordpressBody(publication: Publication, addresses: ReadonlyMap<string, string>): string {
  const { package: content, hash } = publication;
  const list = attachmentList(content, (name) => addresses.get(name));
  const html = (withAssetAddresses(labelledHtml(content), addresses) + list).replaceAll('[', '&#91;');
  return `<!-- wp:html -->\n<!-- contenthub ${content.contentId} ${hash} -->\n${html}\n<!-- /wp:html -->`;
}

/** Titles and excerpts are HTML there. */
export function wordpressText(text: string): string {
  const clean = text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('[', '&#91;');
}

/** The hash of the package in the raw text of a post; null when an editor removed the mark. */
export function hashOfBody(raw: string): string | null {
  return MARK.exec(raw)?.[2] ?? null;
}
