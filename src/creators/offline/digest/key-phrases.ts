/**
 * The most frequent phrases of a text, most significant first, in their most frequent spelling. A phrase that contains
 * a better one, or is contained in it, is left out.
 */
export function keyPhrases(termsOfSentences: readonly (readonly string[])[], most: number): string[] {
  const found = new Map<string, { count: number; forms: Map<string, number> }>();
  for (const terms of termsOfSentences) {
    for (const form of terms) {
      const key = form.toLowerCase();
      const entry = found.get(key) ?? { count: 0, forms: new Map<string, number>() };
      entry.count += 1;
      entry.forms.set(form, (entry.forms.get(form) ?? 0) + 1);
      found.set(key, entry);
    }
  }
  const ranked = [...found]
    .filter(([key, { count }]) => count >= 2 && !key.split(' ').some((word) => VAGUE.test(word)))
    .map(([key, { count, forms }]) => ({ key, form: commonest(forms), weight: count * weightOf(key) }))
    .sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  const chosen: typeof ranked = [];
  for (const phrase of ranked) {
    if (chosen.length === most) break;
    if (!chosen.some(({ key }) => overlaps(key, phrase.key))) chosen.push(phrase);
  }
  return chosen.map(({ form }) => form);
}

/** Units and similar words: frequent, but never a subject. */
const VAGUE =
  /^(?:percent|years?|months?|weeks?|days?|hours?|minutes?|million|billion|euros?|dollars?|numbers?|people|times?|ways?|parts?|things?|costs?|half|quarter|second|third|new|old|same|good|best|big|small|large|long|short|high|low)$/;

/** Two words weigh more than one, four characters more than two. */
function weightOf(key: string): number {
  return /\p{sc=Han}/u.test(key) ? Math.min(key.length, 6) / 2 : ([1, 2.2, 2.4][key.split(' ').length - 1] ?? 2);
}

function overlaps(a: string, b: string): boolean {
  if (a.includes(b) || b.includes(a)) return true;
  const words = new Set(a.split(' '));
  return b.split(' ').some((word) => words.has(word));
}

function commonest(forms: ReadonlyMap<string, number>): string {
  return [...forms].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}
