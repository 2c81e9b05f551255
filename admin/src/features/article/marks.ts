import type { Content } from '../../api/contents.ts';

const QUOTED = /["“「『]([^"”」』]{2,80})["”」』]/g;
const MARKUP = /\[\^[^\]]+\]|\]\([^)]*\)|[*_`~#>[\]]/g;

/** Markdown as it reads in the page, so that a passage of one is found in the other. */
const plain = (markdown: string): string => markdown.replaceAll(MARKUP, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();

type Marked = Pick<Content, 'bodyMarkdown' | 'checks' | 'title' | 'summary'>;

/** The passages that the findings are about: by their offsets in the Markdown, or as the detail quotes them. */
export function passagesOf(content: Marked, severity: 'block' | 'warn'): string[] {
  const passages = content.checks
    .filter((check) => check.severity === severity)
    .flatMap(({ detail, pointer, start, end }) => {
      const member = pointer === '/title' ? content.title : pointer === '/summary' ? content.summary : content.bodyMarkdown;
      if (start !== undefined && end !== undefined) return [plain(member.slice(start, end))];
      return [...detail.matchAll(QUOTED)].map((match) => plain(match[1] ?? ''));
    });
  return [...new Set(passages)].filter((passage) => passage.length > 1);
}
