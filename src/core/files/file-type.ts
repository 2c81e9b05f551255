/** Types of files that a content may carry, with the extension of their names. */
export const FILE_EXTENSIONS = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'text/csv': 'csv',
} as const;

export type FileType = keyof typeof FILE_EXTENSIONS;

/** Bytes at an offset. */
type Signature = readonly (readonly [offset: number, bytes: readonly number[]])[];

const SIGNATURES: readonly (readonly [FileType, Signature])[] = [
  ['image/png', [[0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]]],
  ['image/jpeg', [[0, [0xff, 0xd8, 0xff]]]],
  [
    'image/webp',
    [
      [0, [0x52, 0x49, 0x46, 0x46]],
      [8, [0x57, 0x45, 0x42, 0x50]],
    ],
  ],
  ['application/pdf', [[0, [0x25, 0x50, 0x44, 0x46, 0x2d]]]],
];

/** Control characters that no text has: all but tab, line feed and carriage return. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}/u;

/**
 * The type of a file by its first bytes; null for a type that is not accepted. CSV has no signature: it is UTF-8 text without
 * control characters whose name ends in `.csv`. The name decides nothing else.
 */
export function fileTypeOf(name: string, bytes: Uint8Array): FileType | null {
  for (const [type, signature] of SIGNATURES)
    if (signature.every(([offset, expected]) => expected.every((byte, i) => bytes[offset + i] === byte))) return type;
  return /\.csv$/i.test(name.trim()) ? tableTypeOf(bytes) : null;
}

export function isImage(type: FileType): type is 'image/png' | 'image/jpeg' | 'image/webp' {
  return type.startsWith('image/');
}

function tableTypeOf(bytes: Uint8Array): 'text/csv' | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return bytes.length === 0 || NO_TEXT.test(text) ? null : 'text/csv';
  } catch {
    return null;
  }
}
