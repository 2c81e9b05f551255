import { textWidth } from './text-width.ts';

/** Truncates to `width` terminal columns, between words where possible. A Chinese character takes two columns. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const words = take(text, width - 1, 'word');
  const kept = textWidth(words.trimEnd()) >= (width - 1) / 2 ? words : take(text, width - 1, 'grapheme');
  return `${kept.trimEnd()}…`;
}

/** Wraps to lines of at most `width` columns. A longer word is split. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (let rest = text.trim(); rest !== ''; ) {
    const line = textWidth(rest) <= width ? rest : firstLine(rest, width);
    if (line === '') return text;
    lines.push(line);
    rest = rest.slice(line.length).trimStart();
  }
  return lines.join('\n');
}

/** Whole words, unless they would leave more than half of the line empty, as for JSON without spaces. */
function firstLine(text: string, width: number): string {
  const words = take(text, width, 'word').trimEnd();
  return textWidth(words) >= width / 2 ? words : take(text, width, 'grapheme').trimEnd() || words;
}

/** Spaces, a Chinese character, or a word. Chinese marks that close stay with what is before them, and those that open with what follows. */
const UNBROKEN = /\s+|[（“《「]*(?:\p{Script=Han}|[^\s\p{Script=Han}，。；：、？！）”》」（“《「]+)[，。；：、？！）”》」]*|[^]/gu;

/** The start of `text` within `width` columns, in whole words (with their punctuation) or characters. */
function take(text: string, width: number, granularity: 'word' | 'grapheme'): string {
  let used = 0;
  let end = 0;
  const parts = granularity === 'word' ? text.match(UNBROKEN) : null;
  for (const part of parts ?? Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)) {
    used += textWidth(part);
    if (used > width) break;
    end += part.length;
  }
  return text.slice(0, end);
}
