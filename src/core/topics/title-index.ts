import { dice, numbersDiffer, SAME_TITLE, titleGrams } from '../text/text-grams.ts';

/** A text that new titles are compared with. */
export interface ComparedTitle {
  readonly text: string;
  readonly grams: Iterable<number>;
  /** Of a request that only makes a sample: it is compared with other samples only. */
  readonly isSample?: boolean;
}

interface Indexed<T> {
  readonly title: T;
  readonly grams: ReadonlySet<number>;
}

/** Finds titles about the same topic among those that were added. */
export class TitleIndex<T extends ComparedTitle> {
  private readonly byGram = new Map<number, Indexed<T>[]>();

  constructor(titles: Iterable<T>) {
    for (const title of titles) this.add(title);
  }

  add(title: T): void {
    const indexed = { title, grams: new Set(title.grams) };
    for (const gram of indexed.grams) {
      const known = this.byGram.get(gram);
      if (known) known.push(indexed);
      else this.byGram.set(gram, [indexed]);
    }
  }

  /** The most similar title with a Dice coefficient of at least SAME_TITLE; null when there is none. */
  find(text: string, isSample = false): { title: T; similarity: number } | null {
    const grams = titleGrams(text);
    let best: { title: T; similarity: number } | null = null;
    for (const { title, grams: other } of this.sharing(grams)) {
      if (title.isSample === true && !isSample) continue;
      const similarity = dice(grams, other);
      if (similarity < SAME_TITLE || similarity <= (best?.similarity ?? 0) || numbersDiffer(title.text, text)) continue;
      best = { title, similarity };
    }
    return best;
  }

  /**
   * Two titles of this similarity share at least `common` grams, so a similar one has one of the others. Starts with the rarest:
   * "How to …" is in many titles.
   */
  private sharing(grams: ReadonlySet<number>): Set<Indexed<T>> {
    // Stryker disable ArrowFunction,ArithmeticOperator,MethodExpression: more titles are compared, with the same result
    const common = Math.ceil((SAME_TITLE / (2 - SAME_TITLE)) * grams.size - 1e-9);
    const lists = [...grams].map((gram) => this.byGram.get(gram) ?? []).toSorted((a, b) => a.length - b.length);
    return new Set(lists.slice(0, grams.size - common + 1).flat());
    // Stryker restore all
  }
}
