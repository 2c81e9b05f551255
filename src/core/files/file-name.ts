const MAX_STEM = 80;
const MAX_TITLE = 200;
/** Control, format (bidirectional marks too) and other characters that change how a name is shown. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu;

/**
 * A name that is safe on every disk, in headers and in addresses: lower-case ASCII letters, digits, `-` and `_`, with this extension.
 * Folders and the extension of `name` are dropped. A name without such characters, as a Chinese one, gives `fallback`.
 */
export function cleanFileName(name: string, extension: string, fallback: string): string {
  const stem = lastPart(name)
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, MAX_STEM)
    .replace(/^[-_]+|[-_]+$/g, '');
  return `${stem === '' ? fallback : stem}.${extension}`;
}

/** The name as its owner wrote it, for readers: without folders and invisible characters, at most 200 characters. */
export function fileTitle(name: string): string {
  return [...lastPart(name).toWellFormed().normalize('NFC').replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim()]
    .slice(0, MAX_TITLE)
    .join('');
}

function lastPart(name: string): string {
  return name.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? '';
}
