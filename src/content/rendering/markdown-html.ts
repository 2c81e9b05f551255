import { unified } from 'unified';
import remarkParse from 'remark-parse';
import remarkGfm from 'remark-gfm';
import remarkRehype from 'remark-rehype';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';

export type PageLanguage = 'zh' | 'en';

const NOTES: Readonly<Record<PageLanguage, { label: string; back: (number: number) => string }>> = {
  en: { label: 'Notes', back: (number) => `Back to reference ${number}` },
  zh: { label: '注释', back: (number) => `返回正文 ${number}` },
};

/** The parts of a hast tree that are read here. */
interface HtmlNode {
  type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HtmlNode[];
}

/**
 * Renders GitHub-flavoured Markdown with footnotes as safe HTML. Raw HTML is dropped, only http(s) and mailto
 * addresses are kept, and external links are `nofollow noopener`. Time and stack are not bounded, so only the render
 * thread calls it.
 */
export async function markdownToHtml(markdown: string, language: PageLanguage): Promise<string> {
  const notes = NOTES[language];
  const schema: typeof defaultSchema = {
    ...defaultSchema,
    protocols: { href: ['http', 'https', 'mailto'], src: ['http', 'https'], cite: ['http', 'https'] },
    // Raw HTML is dropped before, so every id is an already prefixed id of a footnote.
    clobberPrefix: '',
  };
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, {
      clobberPrefix: 'note-',
      footnoteLabel: notes.label,
      footnoteBackLabel: (index: number) => notes.back(index + 1),
    })
    .use(rehypeSanitize, schema)
    .use(() => markExternalLinks)
    .use(rehypeStringify);
  return String(await processor.process(markdown));
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
