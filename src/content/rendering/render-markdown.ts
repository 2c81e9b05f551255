export type PageLanguage = 'zh' | 'en';

const NOTES: Readonly<Record<PageLanguage, { label: string; back: (number: number) => string }>> = {
  en: { label: 'Notes', back: (number) => `Back to reference ${number}` },
  zh: { label: '注释', back: (number) => `返回正文 ${number}` },
};

/** What is walked of a hast tree. */
interface HtmlNode {
  type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HtmlNode[];
}

/** The parser's time grows with the square of its emphasis marks: 10,000 take 0.6 s, 40,000 would take 10 s. */
const MAX_LENGTH = 300_000;
const MAX_MARKS = 10_000;
/** A short row is filled up to the widest one: 12 kB of hostile table make 9 MB of HTML. */
const MAX_CELLS = 20_000;

/**
 * GitHub-flavoured Markdown with footnotes as safe HTML: raw HTML is dropped, only http(s) and mailto addresses stay, and
 * links that leave the page are `nofollow noopener`. What is beyond the parser's means comes back as plain text.
 */
export async function renderMarkdown(markdown: string, language: PageLanguage): Promise<string> {
  if (isExcessive(markdown)) return plain(markdown);
  const [{ unified }, parse, gfm, toRehype, sanitize, stringify] = await Promise.all([
    import('unified'),
    import('remark-parse'),
    import('remark-gfm'),
    import('remark-rehype'),
    import('rehype-sanitize'),
    import('rehype-stringify'),
  ]);
  const notes = NOTES[language];
  const schema: typeof sanitize.defaultSchema = {
    ...sanitize.defaultSchema,
    protocols: { href: ['http', 'https', 'mailto'], src: ['http', 'https'], cite: ['http', 'https'] },
    // Raw HTML never gets this far, so every id is one of the footnotes' own, already prefixed.
    clobberPrefix: '',
  };
  const processor = unified()
    .use(parse.default)
    .use(gfm.default)
    .use(toRehype.default, {
      clobberPrefix: 'note-',
      footnoteLabel: notes.label,
      footnoteBackLabel: (index: number) => notes.back(index + 1),
    })
    .use(sanitize.default, schema)
    .use(() => markExternalLinks)
    .use(stringify.default);
  try {
    return String(await processor.process(markdown));
  } catch (error) {
    if (error instanceof RangeError) return plain(markdown); // nested deeper than the stack
    throw error;
  }
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

function plain(markdown: string): string {
  return `<pre>${escapeHtml(markdown)}</pre>`;
}

function isExcessive(markdown: string): boolean {
  if (markdown.length > MAX_LENGTH) return true;
  const rows = markdown.split('\n').filter((line) => line.includes('|'));
  const widest = rows.reduce((most, row) => Math.max(most, row.split('|').length), 0);
  return widest * rows.length > MAX_CELLS || markdown.replace(/[^*_~]/g, '').length > MAX_MARKS;
}

function markExternalLinks(tree: HtmlNode): void {
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const href = node.properties?.href;
    if (node.tagName === 'a' && node.properties && typeof href === 'string' && /^(?:https?:)?\/\//i.test(href)) {
      node.properties.rel = ['nofollow', 'noopener'];
    }
    open.push(...(node.children ?? []));
  }
}
