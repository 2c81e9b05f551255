import type { parseFeed } from '@rowanmanning/feed-parser';
import { decodeEntities } from '../../core/text/entities.ts';
import { readHtml } from './html-text.ts';

export type FeedElement = ReturnType<typeof parseFeed>['items'][number]['element'];

const INLINE = 'a|abbr|b|bdi|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u|var';
/** A pair of inline tags, or a void tag, is markup; "The <b> element" is a title about HTML. */
const MARKUP = new RegExp(`<(${INLINE})(?:\\s[^<>]{0,500})?>([^<>]{0,500})</\\1\\s*>|<(?:br|wbr|img|hr)(?:\\s[^<>]{0,500})?/?>`, 'gi');
const NESTED_MARKUP = 3;
const BLOCK_MARKUP = /<(?:p|div|br|ul|ol|li|h[1-6]|blockquote)\b[^<>]{0,500}>/i;
const TAG = /<[a-z/][^<>]{0,500}>/i;

/** The child with this name, preferably one without a prefix: `<media:title>` may precede `<title>`. */
export function child(element: FeedElement, name: string): FeedElement | null {
  const found = element.findElementsWithName(name);
  return found.find(({ namespace }) => typeof namespace === 'symbol') ?? found[0] ?? null;
}

/**
 * A title as one line of plain text. The XML parser has unescaped it once. References are decoded once more, because
 * RSS titles are HTML in practice. Markup is removed, also when it was escaped twice.
 */
export function titleOf(element: FeedElement | null): string | null {
  if (element === null) return null;
  const text = element.textContent;
  return titleOfText(element.getAttribute('type') === 'html' ? text.replace(/<[a-z/!][^<>]{0,1000}>/gi, '') : text);
}

/** A title that may hold references and inline markup, as one line; null when nothing is left. */
export function titleOfText(text: string): string | null {
  return (
    withoutMarkup(decodeEntities(withoutMarkup(text)))
      .replace(/\s+/gu, ' ')
      .trim() || null
  );
}

/** The paragraphs of a text that may be HTML. */
export function paragraphsOfText(text: string): string[] {
  return TAG.test(text) ? paragraphs(text) : plainParagraphs(text);
}

/** The paragraphs of a description, summary or content element of RSS or Atom. */
export function paragraphsOf(element: FeedElement | null): string[] {
  if (element === null) return [];
  const type = element.getAttribute('type')?.toLowerCase() ?? '';
  if (type === 'xhtml' || type === 'application/xhtml+xml') return paragraphs(markupOf(element));
  const text = element.textContent;
  if ((type === 'text' || type === 'text/plain') && !BLOCK_MARKUP.test(text)) return plainParagraphs(text);
  if (TAG.test(text)) return paragraphs(text);
  const once = decodeEntities(text);
  return paragraphs(BLOCK_MARKUP.test(once) ? once : text); // escaped twice
}

function withoutMarkup(title: string): string {
  let text = title;
  for (let round = 0; round < NESTED_MARKUP; round += 1)
    text = text.replace(MARKUP, (_, pair?: string, inside?: string) => (pair === undefined ? ' ' : (inside ?? '')));
  return text;
}

function paragraphs(html: string): string[] {
  return readHtml(html).sections.flatMap((section) => section.paragraphs);
}

function plainParagraphs(text: string): string[] {
  return decodeEntities(text)
    .split(/\n[ \t\r]*\n/)
    .map((paragraph) => paragraph.replace(/\s+/gu, ' ').trim())
    .filter((paragraph) => /[\p{L}\p{N}]/u.test(paragraph));
}

/** The child elements as markup. The parser kept all references except the five of XML. */
function markupOf(element: FeedElement): string {
  return element.children
    .map((part) => {
      if (typeof part !== 'string') return `<${part.name}>${markupOf(part)}</${part.name}>`;
      const text = part.replace(/&(?!(?:amp|lt|gt|quot|apos);)#?\w{1,31};/g, (reference) => decodeEntities(reference));
      return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    })
    .join('');
}
