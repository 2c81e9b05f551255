/** Where the numbers of a text may come from: the data, the names that the request gives, and the computations. */
export class NumberTrace {
  private readonly known = new Set<string>();

  /** Every number in the text may occur in the article. */
  add(text: string): void {
    for (const number of numbersIn(text)) this.known.add(number);
  }

  /** The first number of the text that was not added; null when there is none. */
  firstUnknown(text: string): string | null {
    return numbersIn(text).find((number) => !this.known.has(number)) ?? null;
  }
}

/** Numbers in digits. A separator of thousands changes nothing; "007" and "7" are two numbers. */
function numbersIn(text: string): string[] {
  const found = text.normalize('NFKC').match(/\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?/g) ?? [];
  return found.map((number) => number.replaceAll(',', ''));
}
