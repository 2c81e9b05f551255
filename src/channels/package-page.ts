import { ARTICLE_STYLE } from '../core/page/article-style.ts';
import { escapeHtml } from '../core/page/escape-html.ts';
import { attachmentList } from './attachment-list.ts';
import { labelledHtml, labelMeta } from './label/label-carriers.ts';
import type { FrozenPackage } from './publish-package.ts';

const LANGUAGES = { zh: 'zh-CN', en: 'en' };

/** The complete page of a package: no scripts, nothing loaded but its images. `assetFolder` is relative to the page. */
export function renderPackagePage({ package: content, hash }: FrozenPackage, assetFolder: string): string {
  const { title, summary, author, accountName, createdAt, language, cover, tags } = content;
  const day = createdAt.slice(0, 10);
  const image =
    cover === null ? '' : `<img class="cover" alt="${escapeHtml(cover.alt)}" src="${escapeHtml(`${assetFolder}/${cover.name}`)}">\n`;
  return `<!doctype html>
<html lang="${LANGUAGES[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(summary)}">
<meta name="author" content="${escapeHtml(author)}">
<meta name="keywords" content="${escapeHtml(tags.join(', '))}">
<meta name="contenthub-package" content="${hash}">
${labelMeta(content.aiLabel)}
<title>${escapeHtml(title)}</title>
<style>${ARTICLE_STYLE}</style>
</head>
<body>
<article>
<header>
${image}<p class="byline"><span>${escapeHtml(accountName)}</span> <time datetime="${day}">${day}</time></p>
<h1>${escapeHtml(title)}</h1>
<p class="summary">${escapeHtml(summary)}</p>
</header>
${labelledHtml(content)}${attachmentList(content, (name) => `${assetFolder}/${name}`)}
</article>
</body>
</html>
`;
}
