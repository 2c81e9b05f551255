import { TokenKind, type TokenDigest } from './token.ts';

const KIND = new TokenKind('ct_live_');

/** What is stored and shown of a key. */
export type KeyDigest = TokenDigest;

export function generateApiKey(): string {
  return KIND.generate();
}

/** Null when it cannot be a key: wrong shape or sum. */
export function parseApiKey(text: string): KeyDigest | null {
  return KIND.parse(text);
}
