import type { Content } from '../../api/contents.ts';
import { saveFile } from '../../ui/save-file.ts';

/** A name that every file system takes. */
export const fileNameOf = (title: string, extension: 'md' | 'html'): string =>
  `${
    title
      .replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, 80) || 'content'
  }.${extension}`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const asMarkdown = ({ title, summary, bodyMarkdown }: Content): string =>
  `# ${title}\n\n> ${summary.replaceAll('\n', '\n> ')}\n\n${bodyMarkdown}\n`;

/** The body was rendered and sanitised by the server. */
export const asHtml = ({ title, summary, bodyHtml, language }: Content): string =>
  `<!doctype html>\n<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">\n<meta charset="utf-8">\n<title>${escaped(title)}</title>\n<h1>${escaped(title)}</h1>\n<p>${escaped(summary)}</p>\n${bodyHtml}\n</html>\n`;

export function download(content: Content, extension: 'md' | 'html'): void {
  const text = extension === 'md' ? asMarkdown(content) : asHtml(content);
  saveFile(fileNameOf(content.title, extension), extension === 'md' ? 'text/markdown' : 'text/html', text);
}
