import { TokenKind, type TokenDigest } from './token.ts';

const KIND = new TokenKind('ct_live_');

/** The stored and shown parts of a key. */
export type KeyDigest = TokenDigest;

export function generateApiKey(): string {
  return KIND.generate();
}

/** Null when it cannot be a key: wrong format or checksum. */
export function parseApiKey(text: string): KeyDigest | null {
  return KIND.parse(text);
}
