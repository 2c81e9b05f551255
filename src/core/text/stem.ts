/**
 * Reduces the inflections of an English word to one form: "batteries" and "battery"; "leases", "leased" and "lease". A
 * short form of step 1 of Porter's algorithm. The form need not be a word. A wrong form only affects a comparison.
 */
export function stemEnglish(word: string): string {
  const bare = word.replace(/['’]s?$/, '');
  const singular = withoutPlural(bare);
  const root = /^(.+?)(?:ing|ed)$/.exec(singular)?.[1] ?? '';
  const isInflected = root.length >= 3 && /[aeiouy]/.test(root) && !singular.endsWith('eed');
  const base = isInflected ? root.replace(/([bdfgkmnprt])\1$/, '$1') : singular;
  if (base.length > 3 && base.endsWith('e')) return base.slice(0, -1);
  return base.length > 3 && base.endsWith('y') ? `${base.slice(0, -1)}i` : base;
}

/** Nouns in -f. "gives" and "saves" are verbs in -ve. */
const IN_F = /^(?:lea|loa|kni|wi|wol|shel|hal|cal|thie|sel|scar|hoo)ves$/;

function withoutPlural(word: string): string {
  if (IN_F.test(word)) return `${word.slice(0, -3)}${/^(?:kni|wi)ves$/.test(word) ? 'fe' : 'f'}`;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}
