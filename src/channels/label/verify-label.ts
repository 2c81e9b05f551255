import { decodeEntities } from '../../core/text/entities.ts';
import type { LabelCheck } from '../channel.ts';
import type { AigcMetadata, AiLabel } from './ai-label.ts';

/** The attributes in which a page carries the metadata. */
const CARRIERS = [
  /<meta\b[^>]*\bname\s*=\s*["']?AIGC["']?[^>]*\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')/gi,
  /\bdata-aigc\s*=\s*(?:"([^"]*)"|'([^']*)')/gi,
];
const INVISIBLE = /<!--[\s\S]*?-->|<(script|style|template|noscript|head)\b[\s\S]*?<\/\1\s*>/gi;
const COMMENT = /<!--[\s\S]*?-->/g;

/** Searches the label in the HTML of a published page. Sites replace straight quotes by typographic ones and break lines, so both texts are normalised. */
export function findLabelInHtml(html: string, label: AiLabel): LabelCheck {
  if (label.visibleText === null || label.aigc === null) return { state: 'not_needed' };
  const { aigc } = label;
  const visible = plainText(html).includes(normalised(label.visibleText));
  const withoutComments = html.replace(COMMENT, '');
  const machineReadable = CARRIERS.some((carrier) =>
    [...withoutComments.matchAll(carrier)].some(([, double, single]) => isSame(decodeEntities(double ?? single ?? '', 'html'), aigc)),
  );
  return visible && machineReadable ? { state: 'found' } : { state: 'missing', visible, machineReadable };
}

function plainText(html: string): string {
  return normalised(decodeEntities(html.replace(INVISIBLE, ' ').replace(/<[^>]*>/g, ' '), 'html'));
}

/** Without white space: a site may wrap a line anywhere, and a tag inside of the text became a space. */
function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[‘’‚′]/g, "'")
    .replace(/[“”„″]/g, '"')
    .replace(/\s+/g, '');
}

function isSame(json: string, wanted: AigcMetadata): boolean {
  try {
    const found = JSON.parse(json) as Partial<AigcMetadata> | null;
    return found?.Label === wanted.Label && found.ProduceID === wanted.ProduceID && found.ContentProducer === wanted.ContentProducer;
  } catch {
    return false;
  }
}
