import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';

/**
 * OWASP's second choice for scrypt: N = 2^15, r = 8, p = 3. One hash takes 32 MiB, and about 0.3 s of a slow core. Stored hashes name
 * their parameters, so these may grow.
 */
const COST = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A stored hash with more than this is not computed. */
const MOST_BYTES = 256 * 1_024 * 1_024;
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/;

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return stored(salt, await derive(password, salt, COST));
}

/** Takes as long for a hash that no password has. */
export async function isPassword(password: string, storedHash: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = STORED.exec(storedHash) ?? [];
  if (ln === undefined) throw new Error('a stored password hash has an unknown format');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), { ln: Number(ln), r: Number(r), p: Number(p) });
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}

/** A hash of the usual cost that no password has, for users that do not exist. */
export const NO_PASSWORD = stored(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

function stored(salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** NFKC: the same characters have other bytes on other keyboards. */
function derive(password: string, salt: Buffer, { ln, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: MOST_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
