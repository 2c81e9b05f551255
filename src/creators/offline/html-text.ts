import type { TextSection } from '../../core/text/markdown-text.ts';

const SKIPPED = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'table',
  'pre',
  'nav',
  'footer',
  'aside',
  'form',
  'iframe',
  'figure',
  'button',
]);
const BLOCKS = new Set('p div li ul ol br hr section article main header blockquote dd dt dl body td h1 h2 h3 h4 h5 h6'.split(' '));
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  copy: '©',
  deg: '°',
  euro: '€',
  middot: '·',
  times: '×',
};

export interface HtmlText {
  title: string | null;
  sections: TextSection[];
}

/**
 * The prose of an HTML page or fragment. One pass from tag to tag, no tree and no backtracking: the time is linear in
 * the length, whatever is unclosed.
 */
export function readHtml(html: string): HtmlText {
  const sections: TextSection[] = [{ heading: null, paragraphs: [] }];
  let title: string | null = null;
  let text = '';
  let skipping: { name: string; depth: number } | null = null;

  const flush = (): string => {
    const paragraph = decodeEntities(text).replace(/\s+/gu, ' ').trim();
    text = '';
    return paragraph;
  };
  const endBlock = (closed: string): void => {
    const paragraph = flush();
    if (!/[\p{L}\p{N}]/u.test(paragraph)) return;
    if (/^\/h[1-6]$/.test(closed)) sections.push({ heading: paragraph, paragraphs: [] });
    else sections.at(-1)?.paragraphs.push(paragraph);
  };

  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    if (skipping === null) text += html.slice(at, open === -1 ? html.length : open);
    if (open === -1) break;
    const comment = html.startsWith('<!--', open);
    const close = html.indexOf(comment ? '-->' : '>', open);
    if (close === -1) break;
    at = close + (comment ? 3 : 1);
    const tag = comment ? '' : (/^\/?[a-zA-Z][a-zA-Z0-9]{0,12}/.exec(html.slice(open + 1, open + 15))?.[0].toLowerCase() ?? '');
    const name = tag.replace('/', '');
    if (skipping !== null) {
      if (name === skipping.name) skipping.depth += tag.startsWith('/') ? -1 : 1;
      if (skipping.depth === 0) skipping = null;
    } else if (tag === '/title') {
      title = flush() || null;
    } else if (SKIPPED.has(tag) && html.charAt(close - 1) !== '/') {
      endBlock('');
      skipping = { name, depth: 1 };
    } else if (BLOCKS.has(name)) {
      endBlock(tag);
    }
  }
  endBlock('');
  return { title, sections: sections.filter((section) => section.paragraphs.length > 0) };
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
    return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' ';
  });
}
