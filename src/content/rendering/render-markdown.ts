import { escapeHtml } from '../../core/page/escape-html.ts';
import type { PageLanguage } from './markdown-html.ts';
import { MarkdownRenderThread } from './markdown-render-thread.ts';

/** Real articles take 5 to 50 ms. */
const DEADLINE_MS = 3_000;
/** A client times out after 30 s. */
const ANSWER_MS = 10_000;
const MEMORY_MB = 256;
const MAX_LENGTH = 300_000;
/** Time grows with the square of the number of emphasis marks: 10,000 take 0.6 s, 40,000 would take 10 s. */
const MAX_MARKS = 10_000;
/** Short rows are padded to the widest row: 12 kB of hostile table make 9 MB of HTML. */
const MAX_CELLS = 20_000;
/** Nesting of quotes and lists. Time grows with the square of the depth; real texts have 3 or 4. */
const MAX_DEPTH = 50;

/** 20,000 characters take 0.7 s at worst, 200,000 would take half a minute. */
const MAX_SHORT_LENGTH = 20_000;

const limits = { deadlineMs: DEADLINE_MS, answerMs: ANSWER_MS, memoryMb: MEMORY_MB };
const shortTexts = new MarkdownRenderThread(limits);
/** Long texts have their own thread, so that a short text never waits for one. */
const longTexts = new MarkdownRenderThread(limits);

/**
 * Renders GitHub-flavoured Markdown with footnotes as safe HTML: no raw HTML, only http(s) and mailto addresses. A
 * text that is too expensive is returned as plain text. Rendering runs in a thread, so that no text blocks or ends the
 * process.
 * @throws {RenderBusyError} after 10 s in which other texts were rendered
 */
export async function renderMarkdown(markdown: string, language: PageLanguage): Promise<string> {
  if (isExcessive(markdown)) return plainTextHtml(markdown);
  const thread = markdown.length > MAX_SHORT_LENGTH ? longTexts : shortTexts;
  return (await thread.render({ markdown, language })) ?? plainTextHtml(markdown);
}

/** The unrendered text as HTML. */
export function plainTextHtml(markdown: string): string {
  return `<pre>${escapeHtml(markdown)}</pre>`;
}

function isExcessive(markdown: string): boolean {
  if (markdown.length > MAX_LENGTH) return true;
  let widest = 0;
  let rows = 0;
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    if (nestingOf(line) > MAX_DEPTH) return true;
    if (!line.includes('|')) continue;
    rows += 1;
    widest = Math.max(widest, line.split('|').length);
  }
  return widest * rows > MAX_CELLS || markdown.replace(/[^*_~]/g, '').length > MAX_MARKS;
}

/** Counts quote and list marks at the start of a line. Each opens a nested container. */
function nestingOf(line: string): number {
  const mark = /[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$))/y;
  let depth = 0;
  while (mark.test(line)) depth += 1;
  return depth;
}
