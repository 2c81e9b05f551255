import { isForReaders } from '../../core/review/for-readers.ts';
import { countedText } from '../../core/text/content-body.ts';
import { bandsOf, minHash, SIGNATURE_LENGTH } from '../../core/text/min-hash.ts';
import { bodyGrams, titleGrams } from '../../core/text/text-grams.ts';
import type { CreationKind } from '../../creators/creator.ts';

/** Index data for the search for near-duplicates. `bodySignature` is base64, because JSON has no bytes. */
export interface Fingerprint {
  readonly titleGrams: readonly number[];
  readonly bodyBands: readonly number[];
  readonly bodySignature: string;
}

export interface FingerprintInput {
  readonly kind: CreationKind;
  readonly title: string;
  readonly bodyMarkdown: string;
  /** Paragraphs that the creator adds to every text. They would make all of its texts similar. */
  readonly boilerplate?: readonly string[];
}

/** A brief is mostly template, and like a sample it is never published: its body is not compared. */
export function fingerprintOf({ kind, title, bodyMarkdown, boilerplate }: FingerprintInput): Fingerprint {
  const signature = !isForReaders(kind) ? null : minHash(bodyGrams(countedText(bodyMarkdown, boilerplate)));
  return {
    titleGrams: [...titleGrams(title)],
    bodyBands: signature === null ? [] : bandsOf(signature),
    bodySignature: signature === null ? '' : Buffer.from(signature.buffer).toString('base64'),
  };
}

/** Null when the body is not compared. */
export function signatureOf(bytes: Uint8Array): Uint32Array | null {
  return bytes.length === 0 ? null : new Uint32Array(Uint8Array.from(bytes).buffer, 0, SIGNATURE_LENGTH);
}
