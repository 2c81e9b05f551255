import { createRequire } from 'node:module';

type Measure = typeof import('string-width').default;

/**
 * Characters that take one column alone: ASCII, letters of Western Europe, dashes, quotation marks and the marks of this program. And
 * those that take two: Chinese characters, their punctuation, and full-width forms. None of them combines with another one of them.
 */
const NARROW = /[\x20-\x7e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u00ff\u2013\u2014\u2018-\u201d\u2026\u2192\u2588\u2591\u2713\u2717]/;
const WIDE = /[\u3001-\u3029\u4e00-\u9fff\uff01-\uff60]/;
const USUAL = new RegExp(`^(?:${NARROW.source}|${WIDE.source})*$`);
const EACH_WIDE = new RegExp(WIDE.source, 'g');

let measure: Measure | undefined;

/** The text with spaces after it, up to `columns` of a terminal. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/** Columns of a text on a terminal. The package that knows all of Unicode takes a fifth of the start: it is loaded for the first text that needs it. */
export function textWidth(text: string): number {
  if (USUAL.test(text)) return text.length + (text.match(EACH_WIDE)?.length ?? 0);
  measure ??= (createRequire(import.meta.url)('string-width') as { default: Measure }).default;
  return measure(text);
}
