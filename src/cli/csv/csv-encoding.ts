export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export interface DecodedCsv {
  readonly text: string;
  readonly encoding: CsvEncoding;
}

const MARKS: readonly (readonly [encoding: CsvEncoding, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** The start of a file that shows whether every second byte is NUL. */
const SAMPLE_BYTES = 512;

/**
 * The text of a file as spreadsheets save it: with a byte order mark, as UTF-16, as UTF-8, or as GB18030, which Excel writes in China. Bytes
 * that are not valid in their encoding are never replaced; null means that none of these fits.
 */
export function decodeCsv(bytes: Uint8Array): DecodedCsv | null {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0] ?? unmarkedUtf16(bytes);
  const candidates: readonly CsvEncoding[] = marked === undefined ? ['utf-8', 'gb18030'] : [marked];
  for (const encoding of candidates) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\0')) return { text, encoding };
    } catch {
      // not in this encoding
    }
  }
  return null;
}

/** UTF-16 of a header line in Latin letters has NUL in every second byte. */
function unmarkedUtf16(bytes: Uint8Array): CsvEncoding | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = (odd: number): number => sample.filter((byte, i) => byte === 0 && i % 2 === odd).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (even + odd <= sample.length / 8) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}
