/** Hash functions of a signature. The estimate of a similarity of 0.5 has a standard error of 0.044. */
export const SIGNATURE_LENGTH = 128;
const ROWS = 2;

const { imul } = Math;
const { multipliers, masks } = functions();

/**
 * The MinHash of a set: for each hash function the smallest value over all members. The share of equal positions in two
 * signatures estimates the Jaccard similarity of the sets. Null for an empty set, which is similar to nothing.
 */
export function minHash(members: ReadonlySet<number>): Uint32Array | null {
  if (members.size === 0) return null;
  const signature = new Uint32Array(SIGNATURE_LENGTH).fill(0xffff_ffff);
  for (const member of members) {
    for (let i = 0; i < SIGNATURE_LENGTH; i += 1) {
      let value = imul(member ^ (masks[i] as number), multipliers[i] as number);
      value = imul(value ^ (value >>> 15), 0x2c1b3c6d);
      value = (value ^ (value >>> 12)) >>> 0;
      if (value < (signature[i] as number)) signature[i] = value;
    }
  }
  return signature;
}

export function estimateJaccard(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let i = 0; i < SIGNATURE_LENGTH; i += 1) if (a[i] === b[i]) equal += 1;
  return equal / SIGNATURE_LENGTH;
}

/**
 * One hash for each band of two positions, as PostgreSQL integers: sets of the similarity s share at least one of the 64 with the
 * probability 1 − (1 − s²)⁶⁴, which is 0.984 for 0.25, 0.99999999 for 0.5 and 0.001 for the 0.004 of unrelated texts.
 */
export function bandsOf(signature: Uint32Array): number[] {
  return Array.from({ length: SIGNATURE_LENGTH / ROWS }, (_, band) => {
    const [first = 0, second = 0] = signature.subarray(band * ROWS, (band + 1) * ROWS);
    return mix(imul(mix(first ^ imul(band + 1, 0x9e3779b1)), 0x01000193) ^ second);
  });
}

function functions(): { multipliers: Uint32Array; masks: Uint32Array } {
  const multipliers = new Uint32Array(SIGNATURE_LENGTH);
  const masks = new Uint32Array(SIGNATURE_LENGTH);
  for (let i = 0; i < SIGNATURE_LENGTH; i += 1) {
    masks[i] = mix(2 * i + 1);
    multipliers[i] = mix(2 * i + 2) | 1; // odd: the product is a permutation
  }
  return { multipliers, masks };
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = imul(h, 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
