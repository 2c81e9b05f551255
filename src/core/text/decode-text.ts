export interface TextHints {
  /** The Content-Type header of an HTTP answer. */
  contentType?: string;
  /** The bytes end at a size limit, maybe inside a character. An incomplete character is dropped. */
  cut?: boolean;
}

/** Declarations are in the first kilobytes. HTML requires 1,024 bytes, but real pages need more. */
const HEAD_BYTES = 4_096;
/**
 * A charset is accepted when at most this share of the non-ASCII characters is damaged, such as one bad byte in a long
 * text.
 */
const MAX_DAMAGE = 0.02;
/** With this many valid UTF-8 sequences, a declared multi-byte charset is rejected. Fewer may be coincidence. */
const SURE_SEQUENCES = 8;
/** These make up 12 % of the characters in Chinese prose. Korean and Russian bytes read as GB18030 give hardly any. */
const FREQUENT_HAN = /[的一是在不了有和人这中大为上个国]/gu;
const MIN_FREQUENT = 0.02;
const MULTI_BYTE = new Set(['gbk', 'gb18030', 'big5', 'euc-jp', 'euc-kr', 'iso-2022-jp', 'shift_jis']);

/**
 * Decodes a file or an HTTP body. The charset is the first of: a byte order mark, the header, the XML declaration, a
 * `<meta>`, UTF-8 when the bytes are valid, GB18030 when that gives Chinese, windows-1252. A declaration that the
 * bytes contradict is ignored, because many servers declare a default that does not fit the file.
 */
export function decodeText(bytes: Uint8Array, { contentType = '', cut = false }: TextHints = {}): string {
  const marked = charsetOfMark(bytes);
  if (marked !== null) return decodeAs(marked, bytes, cut);
  const utf8 = decodeAs('utf-8', bytes, cut);
  const sequences = countNonAscii(utf8);
  const isUtf8 = isIntact(utf8, sequences);
  for (const label of declaredCharsets(bytes, contentType)) {
    const charset = nameOfCharset(label);
    if (charset === 'utf-8' && isUtf8) return utf8;
    if (charset === null || charset.startsWith('utf-')) continue; // UTF-16 would have NUL bytes and a mark
    if (isUtf8 && sequences >= (MULTI_BYTE.has(charset) ? SURE_SEQUENCES : 1)) break;
    const text = decodeAs(charset, bytes, cut);
    if (isIntact(text)) return text;
  }
  if (isUtf8) return utf8;
  return decodeChinese(bytes, cut) ?? decodeAs('windows-1252', bytes, cut);
}

/** A byte order mark, or the first two characters of an XML declaration in UTF-16 without one. */
function charsetOfMark(bytes: Uint8Array): string | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0 && third === 0x3f && fourth === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c && third === 0 && fourth === 0x3f)) return 'utf-16be';
  return null;
}

function declaredCharsets(bytes: Uint8Array, contentType: string): string[] {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, HEAD_BYTES)).trimStart();
  const isMarkup = head.startsWith('<'); // plain text may show a <meta> as an example
  const patterns: [RegExp, string][] = [
    [/charset\s*=\s*"?\s*([\w.:-]+)/i, contentType],
    [/^<\?xml\s[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)/i, head],
    [/<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)/i, isMarkup ? head : ''],
  ];
  return patterns.flatMap(([pattern, text]) => pattern.exec(text)?.[1] ?? []);
}

function nameOfCharset(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null; // a label that is not in the WHATWG Encoding Standard
  }
}

function decodeAs(charset: string, bytes: Uint8Array, cut: boolean): string {
  return new TextDecoder(charset).decode(bytes, { stream: cut });
}

function isIntact(text: string, nonAscii = countNonAscii(text)): boolean {
  let damaged = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) damaged += 1;
  return damaged <= nonAscii * MAX_DAMAGE;
}

function countNonAscii(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) count += 1;
  return count;
}

/**
 * Decodes as GB18030 when that gives Chinese. Nearly any bytes are valid GB18030 (the é’ of "Beyoncé’s" is one Han
 * character). The Han characters must therefore come in runs, and most of them must be among the 3,755 common ones,
 * whose first byte is B0–D7.
 */
function decodeChinese(bytes: Uint8Array, cut: boolean): string | null {
  let common = 0;
  let rare = 0;
  let alone = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let pairs = 0;
    for (; (bytes[at] ?? 0) > 0x80; at += 2, pairs += 1) {
      const lead = bytes[at] ?? 0;
      if (lead >= 0xb0 && lead <= 0xd7 && (bytes[at + 1] ?? 0) > 0xa0) common += 1;
      else if (lead < 0xa1 || lead > 0xa3) rare += 1; // A1–A3 are punctuation
    }
    if (pairs === 1) alone += 1;
  }
  if (common <= rare || common <= alone) return null;
  const text = decodeAs('gb18030', bytes, cut);
  if (!isIntact(text)) return null;
  const frequent = text.match(FREQUENT_HAN)?.length ?? 0;
  return common < 50 || frequent >= common * MIN_FREQUENT ? text : null;
}
