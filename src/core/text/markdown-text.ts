import { decodeEntities } from './entities.ts';

/** A heading (null before the first one) and the plain text under it. Each list item is a paragraph. */
export interface TextSection {
  heading: string | null;
  paragraphs: string[];
}

/**
 * The prose of a Markdown document. `title` and `date` come from the front matter; without a title there, the first
 * `#` heading is used.
 */
export interface MarkdownText {
  title: string | null;
  date: string | null;
  sections: TextSection[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const SETEXT = /^ {0,3}(?:=+|-{2,})[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const ITEM = /^\s{0,12}(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const QUOTE = /^(?: {0,3}>[ \t]?){1,8}/;
const DEFINITION = /^ {0,3}\[[^\]]{1,200}\]:/;
const TABLE_RULE = /^ {0,3}\|?[ \t]*:?-{1,100}:?[ \t]*(?:\|[ \t:-]{0,200}){1,50}$/;
const ALERT = /^\[!\w{1,20}\]/;

/**
 * Extracts the prose of a Markdown document. Code, tables, images, badges, comments, link targets, footnotes and front
 * matter are left out. Emphasis and links keep their words. One pass over the lines with bounded patterns, so 2 MB of
 * hostile input cost as much as 2 MB of prose.
 */
export function readMarkdown(markdown: string): MarkdownText {
  const { front, body } = splitFrontMatter(markdown.replace(/\r\n?/g, '\n'));
  const lines = dropComments(body).split('\n');
  const sections: TextSection[] = [{ heading: null, paragraphs: [] }];
  let title = front.title;
  let open: string[] = [];
  let fence: string | null = null;
  let skipping: 'table' | 'definition' | null = null;

  const endParagraph = (): void => {
    const text = stripInline(joinLines(open).replace(ALERT, ''));
    open = [];
    if (/[\p{L}\p{N}]/u.test(text)) sections.at(-1)?.paragraphs.push(text);
  };
  const startSection = (heading: string, level: number): void => {
    endParagraph();
    if (heading === '') return;
    if (title === null && level === 1) title = heading;
    else sections.push({ heading, paragraphs: [] });
  };

  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(QUOTE, '');
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
      continue;
    }
    const blank = line.trim() === '';
    if (skipping !== null && !blank && (skipping === 'table' ? line.includes('|') : /^\s{2,}/.test(line))) continue;
    skipping = null;
    const heading = ATX.exec(line);
    if (mark !== undefined) {
      endParagraph();
      fence = mark;
    } else if (blank) {
      endParagraph();
    } else if (DEFINITION.test(line)) {
      endParagraph();
      skipping = 'definition';
    } else if (/^ {0,3}\|/.test(line) || TABLE_RULE.test(lines[index + 1] ?? '')) {
      endParagraph();
      skipping = 'table';
    } else if (heading) {
      startSection(stripInline(headingText(line.slice(heading[0].length))), heading[1]?.length ?? 1);
    } else if (open.length > 0 && SETEXT.test(line)) {
      const text = stripInline(joinLines(open));
      open = [];
      startSection(text, line.includes('=') ? 1 : 2);
    } else if (RULE.test(line)) {
      endParagraph();
    } else if (ITEM.test(line)) {
      endParagraph();
      open.push(line.replace(ITEM, ''));
    } else if (open.length > 0 || !/^(?: {4}|\t)/.test(line)) {
      open.push(line.trim());
    }
  }
  endParagraph();
  return { title, date: front.date, sections: sections.filter((each) => each.heading !== null || each.paragraphs.length > 0) };
}

/** The prose of a Markdown document as one string, with each heading and paragraph on a line. */
export function markdownToText(markdown: string): string {
  return textOfMarkdown(readMarkdown(markdown));
}

export function textOfMarkdown({ title, sections }: MarkdownText): string {
  const lines = sections.flatMap(({ heading, paragraphs }) => (heading === null ? paragraphs : [heading, ...paragraphs]));
  return (title === null ? lines : [title, ...lines]).join('\n');
}

/** Escapes one line of plain text for Markdown, so that it renders as the same characters. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]<|~]/g, '\\$&')
    .replace(/&(?=#?\w{1,31};)/g, '\\&')
    .replace(/^([#>+=-])/, '\\$1')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

function splitFrontMatter(text: string): { front: { title: string | null; date: string | null }; body: string } {
  const found = /^\uFEFF?---\n([\s\S]{0,10000}?)\n---(?:\n|$)/.exec(text);
  if (!found) return { front: { title: null, date: null }, body: text.replace(/^\uFEFF/, '') };
  const value = (key: string): string | null => {
    const line = new RegExp(`^${key}:[ \\t]*(.{1,300})$`, 'm').exec(found[1] ?? '')?.[1]?.trim();
    return line === undefined ? null : line.replace(/^(["'])(.*)\1$/, '$2') || null;
  };
  return { front: { title: value('title'), date: value('date') }, body: text.slice(found[0].length) };
}

function dropComments(text: string): string {
  let kept = '';
  let from = 0;
  for (let at = text.indexOf('<!--'); at !== -1; at = text.indexOf('<!--', from)) {
    kept += text.slice(from, at);
    const end = text.indexOf('-->', at + 4);
    if (end === -1) return kept;
    from = end + 3;
  }
  return kept + text.slice(from);
}

/** The text of `## Title ##` without the closing marks. No pattern for trailing spaces, which takes quadratic time. */
function headingText(rest: string): string {
  const text = rest.trim();
  let end = text.length;
  while (text.charAt(end - 1) === '#') end -= 1;
  return end === 0 || /[ \t]/.test(text.charAt(end - 1)) ? text.slice(0, end) : text;
}

/** Joins Chinese lines without a space, other lines with one. */
function joinLines(lines: readonly string[]): string {
  let joined = '';
  let last = ''; // testing the whole text so far would take quadratic time
  for (const line of lines) {
    const cjk = /[\p{sc=Han}，。、；：！？”」』）]$/u.test(last) && /^[\p{sc=Han}“「『（，。]/u.test(line);
    joined += joined === '' || cjk ? line : ` ${line}`;
    last = line.slice(-2);
  }
  return joined;
}

const EMPHASIS = /(\*{1,3}|~~)(?=\S)([^*~]{1,1000})(?<=\S)\1/g;
/** Escaped punctuation is moved into this private-use block while the markup around it is removed. */
const HIDDEN = 0xe000;

function stripInline(text: string): string {
  return text
    .replace(/[\uE000-\uE07F]/g, '')
    .replace(/\\([!-/:-@[-`{-~])/g, (_, mark: string) => String.fromCharCode(HIDDEN + mark.charCodeAt(0)))
    .replace(/!\[[^[\]]{0,500}\](?:\([^()]{0,1000}\)|\[[^[\]]{0,200}\])/g, '')
    .replace(/\[\^[^[\]\s]{1,100}\]/g, '')
    .replace(/\[([^[\]]{0,500})\](?:\((?:[^()]|\([^()]{0,200}\)){0,1000}\)|\[[^[\]]{0,200}\])/g, '$1')
    .replace(/<(?:https?:|mailto:)[^<>\s]{1,1000}>/g, '')
    .replace(/<\/?[a-zA-Z][^<>]{0,1000}>/g, '')
    .replace(/`{1,2}([^`]{1,1000})`{1,2}/g, '$1')
    .replace(EMPHASIS, '$2')
    .replace(EMPHASIS, '$2') // **bold with *emphasis* inside**
    .replace(/(?<![\p{L}\p{N}_])(_{1,3})(?=\S)([^_]{1,1000})(?<=\S)\1(?![\p{L}\p{N}_])/gu, '$2')
    .replace(/&(?:#\w{1,8}|\w{2,31});/g, (reference) => decodeEntities(reference))
    .replace(/[\uE000-\uE07F]/g, (hidden) => String.fromCharCode(hidden.charCodeAt(0) - HIDDEN))
    .replace(/\s+/gu, ' ')
    .trim();
}
