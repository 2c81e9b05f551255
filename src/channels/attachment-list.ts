import { escapeHtml } from '../core/page/escape-html.ts';
import { FILE_EXTENSIONS } from '../core/files/file-type.ts';
import type { PackageFile, PublishPackage } from './publish-package.ts';

const HEADINGS = { zh: '附件', en: 'Attachments' };

/**
 * The files of a package as a list of links, below the text; empty without files. `addressOf` gives the address of a file by its
 * name; a file without one is only named.
 */
export function attachmentList(
  { language, attachments = [] }: Pick<PublishPackage, 'language' | 'attachments'>,
  addressOf: (name: string) => string | undefined,
): string {
  if (attachments.length === 0) return '';
  const items = attachments.map((file) => {
    const address = addressOf(file.name);
    const title = escapeHtml(file.title);
    const link = address === undefined ? title : `<a href="${escapeHtml(address)}">${title}</a>`;
    return `<li>${link} (${FILE_EXTENSIONS[file.mediaType].toUpperCase()}, ${sizeOf(file)})</li>`;
  });
  return `\n<section class="attachments">\n<h2>${HEADINGS[language]}</h2>\n<ul>\n${items.join('\n')}\n</ul>\n</section>`;
}

/** The same list in Markdown, for a file beside the folder of the files. */
export function attachmentMarkdown(
  { language, attachments = [] }: Pick<PublishPackage, 'language' | 'attachments'>,
  folder: string,
): string {
  if (attachments.length === 0) return '';
  const items = attachments.map(({ name, title }) => `- [${title.replace(/[\\[\]<>`*_]/g, (mark) => `\\${mark}`)}](${folder}/${name})`);
  return `\n## ${HEADINGS[language]}\n\n${items.join('\n')}\n`;
}

/** The warning of a channel that has no place for files; empty without files. */
export function skippedFilesWarning({ attachments = [] }: Pick<PublishPackage, 'attachments'>, channel: string): string[] {
  if (attachments.length === 0) return [];
  return [`${channel} takes no attached files: ${attachments.map(({ name }) => name).join(', ')}.`];
}

function sizeOf({ bytes }: PackageFile): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${Math.ceil(kib)} KB` : `${(kib / 1024).toFixed(1)} MB`;
}
