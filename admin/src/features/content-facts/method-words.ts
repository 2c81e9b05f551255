/** The words for a method whose text begins with one of the known ones. */
export const methodWords = (method: string, words: Readonly<Record<string, string>>): string =>
  Object.entries(words).find(([start]) => method.startsWith(start))?.[1] ?? method;
