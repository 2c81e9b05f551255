import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 > 2^256 and 62^6 > 2^32. */
const SECRET_LENGTH = 43;
const SUM_LENGTH = 6;
const PREFIX_LENGTH = 8;

/** The stored and shown parts of a token. Only its holder has the token itself. */
export interface TokenDigest {
  /** First characters of the secret part; names the token in lists and finds its row. */
  prefix: string;
  /** SHA-256 of the whole token. It has 256 random bits, so no slow hash is needed. */
  hash: Buffer;
}

/**
 * Tokens with a prefix: 32 random bytes and their CRC-32, in base 62. The checksum detects typos and scanners without
 * a look-up.
 */
export class TokenKind {
  private readonly prefix: string;
  private readonly shape: RegExp;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.shape = new RegExp(`^${prefix}([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${SUM_LENGTH}})$`);
  }

  generate(): string {
    const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_LENGTH);
    return this.prefix + secret + checksum(secret);
  }

  /** Null when it cannot be a token: wrong format or checksum. */
  parse(text: string): TokenDigest | null {
    const [, secret, sum] = this.shape.exec(text) ?? [];
    if (secret === undefined || sum !== checksum(secret)) return null;
    return { prefix: secret.slice(0, PREFIX_LENGTH), hash: hash('sha256', text, 'buffer') };
  }
}

/** CRC-32 of the secret part. */
export function checksum(secret: string): string {
  return base62(BigInt(crc32(secret)), SUM_LENGTH);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, DIGITS.charAt(0));
}
