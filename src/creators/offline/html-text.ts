import { decodeEntities } from '../../core/text/entities.ts';
import type { TextSection } from '../../core/text/markdown-text.ts';

const SKIPPED = new Set(
  'script style noscript template svg math table pre nav footer aside iframe object figure button select textarea label dialog'.split(' '),
);
/** Elements whose content is text up to their end tag. */
const RAW = new Set(['script', 'style', 'textarea', 'iframe', 'noscript']);
const BLOCKS = new Set('p div li ul ol br hr section article main header blockquote dd dt dl body td h1 h2 h3 h4 h5 h6'.split(' '));
/** Elements that hold the main text. Everything outside of them is menus, teasers and notices. */
const MAIN = new Set(['article', 'main']);
const HIDDEN =
  /\s(?:hidden(?=[\s/]|$)|aria-hidden\s*=\s*["']?true|role\s*=\s*["']?(?:navigation|search|complementary|contentinfo|banner|dialog|menu))/i;
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

export interface HtmlText {
  title: string | null;
  sections: TextSection[];
}

interface Block {
  text: string;
  heading: boolean;
  main: boolean;
}

/**
 * The prose of an HTML page or fragment. If the page has <article> or <main>, only their content counts. One pass from
 * tag to tag, without a tree or backtracking: linear time, also for unclosed tags.
 */
export function readHtml(html: string): HtmlText {
  const blocks: Block[] = [];
  const lowerCase = html.toLowerCase();
  const ends = new TagEnds(html);
  let title: string | null = null;
  let text = '';
  let mainDepth = 0;
  let skipping: { name: string; depth: number } | null = null;

  const flush = (): string => {
    const paragraph = decodeEntities(text, 'html').replace(/\s+/gu, ' ').trim();
    text = '';
    return paragraph;
  };
  const endBlock = (closed: string): void => {
    const paragraph = flush();
    if (/[\p{L}\p{N}]/u.test(paragraph)) blocks.push({ text: paragraph, heading: /^\/h[1-6]$/.test(closed), main: mainDepth > 0 });
  };

  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    if (skipping === null) text += html.slice(at, open === -1 ? html.length : open);
    if (open === -1) break;
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 2);
      if (close === -1) break;
      at = close + 3;
      continue;
    }
    const tag = /^[/!?]?[a-zA-Z][a-zA-Z0-9]{0,12}/.exec(html.slice(open + 1, open + 15))?.[0].toLowerCase() ?? '';
    if (tag === '') {
      if (skipping === null) text += '<'; // "a < b" is text
      at = open + 1;
      continue;
    }
    const close = ends.after(open + 1 + tag.length);
    if (close === -1) break;
    at = close + 1;
    const name = tag.replace(/^[/!?]/, '');
    const closes = tag.startsWith('/');
    const selfClosed = html.charAt(close - 1) === '/';
    if (skipping !== null) {
      if (name === skipping.name && !selfClosed) skipping.depth += closes ? -1 : 1;
      if (skipping.depth === 0) skipping = null;
    } else if (tag === '/title') {
      title ??= flush() || null;
    } else if (!closes && RAW.has(name) && !selfClosed) {
      endBlock('');
      const end = lowerCase.indexOf(`</${name}`, at);
      if (end === -1) break;
      at = end;
    } else if (
      !closes &&
      !selfClosed &&
      (SKIPPED.has(tag) || (!VOID.has(name) && HIDDEN.test(html.slice(open + 1 + tag.length, Math.min(close, open + 2_000)))))
    ) {
      endBlock('');
      skipping = { name, depth: 1 };
    } else if (BLOCKS.has(name)) {
      endBlock(tag);
      if (MAIN.has(name)) mainDepth = Math.max(0, mainDepth + (closes ? -1 : 1));
    }
  }
  endBlock('');
  return { title, sections: toSections(blocks) };
}

/** Finds the ends of tags. A `>` inside a quoted attribute does not end a tag. */
class TagEnds {
  private unclosed = '';

  constructor(private readonly html: string) {}

  /** Index of the `>` that ends the tag whose attributes begin at `start`; -1 when there is none. */
  after(start: number): number {
    const first = this.html.indexOf('>', start);
    for (let at = start; at < this.html.length; at += 1) {
      const character = this.html.charAt(at);
      if (character === '>') return at;
      if (character !== '"' && character !== "'") continue;
      if (!/=\s{0,3}$/.test(this.html.slice(Math.max(start, at - 4), at)) || this.unclosed.includes(character)) continue;
      const end = this.html.indexOf(character, at + 1);
      if (end === -1) {
        this.unclosed += character; // remembered, so that no input is scanned repeatedly
        return first;
      }
      at = end;
    }
    return first;
  }
}

function toSections(blocks: readonly Block[]): TextSection[] {
  const main = blocks.some((block) => block.main && !block.heading) ? blocks.filter((block) => block.main) : blocks;
  const sections: TextSection[] = [{ heading: null, paragraphs: [] }];
  for (const { text, heading } of main) {
    if (heading) sections.push({ heading: text, paragraphs: [] });
    else sections.at(-1)?.paragraphs.push(text);
  }
  return sections.filter((section) => section.paragraphs.length > 0);
}
