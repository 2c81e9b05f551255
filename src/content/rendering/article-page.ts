import { ARTICLE_STYLE } from '../../core/page/article-style.ts';
import { escapeHtml } from '../../core/page/escape-html.ts';
import type { PageLanguage } from './markdown-html.ts';

export interface ArticlePage {
  title: string;
  summary: string;
  /** Sanitised. */
  bodyHtml: string;
  language: PageLanguage;
  kind: 'digest' | 'brief' | 'article' | 'data' | 'sample';
  accountName: string;
  /** In words (字 for Chinese). */
  wordCount: number;
  /** 0–100. */
  qualityScore: number | null;
  coverSvg: string | null;
  /** ISO day. */
  publishedAt: string | null;
}

interface Labels {
  lang: string;
  kinds: Readonly<Record<ArticlePage['kind'], string>>;
  words(count: string): string;
  score(score: number): string;
  scoreTitle: string;
}

const LABELS: Readonly<Record<PageLanguage, Labels>> = {
  en: {
    lang: 'en',
    kinds: {
      digest: 'Digest',
      brief: 'Brief · not an article',
      article: 'Article',
      data: 'Data article',
      sample: 'SAMPLE · not for publication',
    },
    words: (count) => `${count} words`,
    score: (score) => `Quality ${score}/100`,
    scoreTitle: 'Computed by rules: length, structure, leftovers, readability',
  },
  zh: {
    lang: 'zh-CN',
    kinds: { digest: '文摘', brief: '写作提纲 · 非成稿', article: '文章', data: '数据文章', sample: '样稿 SAMPLE · 不得发布' },
    words: (count) => `${count} 字`,
    score: (score) => `质量 ${score}/100`,
    scoreTitle: '按规则计算：篇幅、结构、残留文字、可读性',
  },
};

/**
 * Renders one content as a complete HTML page: without scripts, everything escaped. It loads nothing but the images of
 * the text.
 */
export function renderArticlePage(page: ArticlePage): string {
  const labels = LABELS[page.language];
  return `<!doctype html>
<html lang="${labels.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(page.summary)}">
<meta name="author" content="${escapeHtml(page.accountName)}">
<title>${escapeHtml(page.title)}</title>
<style>${ARTICLE_STYLE}</style>
</head>
<body>
<article>
<header>
${cover(page)}<p class="byline">${byline(page)}</p>
<h1>${escapeHtml(page.title)}</h1>
<p class="summary">${escapeHtml(page.summary)}</p>
<ul class="badges">${badges(page, labels)}</ul>
</header>
${page.bodyHtml}
</article>
</body>
</html>
`;
}

/** Inside an <img>, an SVG can neither run scripts nor access the page. */
function cover({ coverSvg }: ArticlePage): string {
  if (coverSvg === null) return '';
  return `<img class="cover" alt="" width="1200" height="630" src="data:image/svg+xml;base64,${Buffer.from(coverSvg, 'utf8').toString('base64')}">\n`;
}

function byline({ accountName, publishedAt }: ArticlePage): string {
  const date = publishedAt === null ? '' : ` <time datetime="${escapeHtml(publishedAt)}">${escapeHtml(publishedAt)}</time>`;
  return `<span>${escapeHtml(accountName)}</span>${date}`;
}

function badges({ kind, wordCount, qualityScore, language }: ArticlePage, labels: Labels): string {
  const items = [`<li class="kind">${labels.kinds[kind]}</li>`, `<li>${labels.words(wordCount.toLocaleString(language))}</li>`];
  if (qualityScore !== null) items.push(`<li title="${labels.scoreTitle}">${labels.score(qualityScore)}</li>`);
  return items.join('');
}
