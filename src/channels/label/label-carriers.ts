import { stringify } from 'yaml';
import { escapeHtml } from '../../core/page/escape-html.ts';
import type { PublishPackage } from '../publish-package.ts';
import type { AigcMetadata, AiLabel } from './ai-label.ts';

/** Class of the visible label, for the styles of a site. */
const LABEL_CLASS = 'ai-label';

/** The body with the visible label before or after it. The element carries the metadata too, for sites whose head we cannot write. */
export function labelledHtml({ bodyHtml, aiLabel }: PublishPackage): string {
  const element = labelElement(aiLabel);
  if (element === '') return bodyHtml;
  return aiLabel.position === 'start' ? `${element}\n${bodyHtml}` : `${bodyHtml}\n${element}`;
}

function labelElement({ visibleText, aigc }: AiLabel): string {
  if (visibleText === null || aigc === null) return '';
  return `<p class="${LABEL_CLASS}" data-aigc="${escapeHtml(JSON.stringify(aigc))}">${escapeHtml(visibleText)}</p>`;
}

/** `<meta name="AIGC">` for the head of a page; empty without a label. */
export function labelMeta({ aigc }: AiLabel): string {
  return aigc === null ? '' : `<meta name="AIGC" content="${escapeHtml(JSON.stringify(aigc))}">`;
}

/** The Markdown with front matter: title, author, time, tags and the metadata under the key AIGC. The visible label is a paragraph. */
export function labelledMarkdown(content: PublishPackage): string {
  const { title, summary, author, createdAt, tags, language, bodyMarkdown, aiLabel } = content;
  const front = stringify({
    title,
    summary,
    author,
    date: createdAt,
    language,
    tags,
    ...(aiLabel.aigc !== null && { AIGC: aiLabel.aigc }),
  });
  const label = aiLabel.visibleText === null ? null : `> ${aiLabel.visibleText.replace(/\s+/g, ' ')}`;
  const parts = aiLabel.position === 'start' ? [label, bodyMarkdown] : [bodyMarkdown, label];
  return `---\n${front}---\n\n${parts.filter((part) => part !== null).join('\n\n')}\n`;
}

/** Namespace of the element of RSS and Atom, and of the property in images. */
export const AIGC_NAMESPACE = 'http://www.tc260.org.cn/ns/AIGC/1.0/';

/** An XMP packet with the metadata, as PNG, JPEG and WebP files carry it. */
export function labelXmp(aigc: AigcMetadata): string {
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    `<rdf:Description rdf:about="" xmlns:TC260="${AIGC_NAMESPACE}"><TC260:AIGC>${escapeHtml(JSON.stringify(aigc))}</TC260:AIGC></rdf:Description>`,
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join('');
}
