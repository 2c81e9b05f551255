/** English text → translated text. `{0}` stands for a value; `{t0}` in a translation translates the value too. */
export type Catalogue = Readonly<Record<string, string>>;

interface Template {
  readonly pattern: RegExp;
  /** The names of the groups of the pattern, in their order. */
  readonly names: readonly string[];
  readonly translation: string;
}

/**
 * The time that several values in a template take grows with the square of the length of the text: 2 s for one of 136,000 characters.
 * The longest texts of ours have some hundred.
 */
const LONGEST = 2_000;

/**
 * Texts that contain values are recognised by the texts around the values; the template with the longest text is tried first. A text
 * of more than 2,000 characters stays English.
 */
export function translator(catalogue: Catalogue): (english: string) => string {
  let templates: readonly Template[] | undefined;
  const translate = (english: string): string => {
    const whole = Object.hasOwn(catalogue, english) ? catalogue[english] : undefined;
    if (whole !== undefined) return whole;
    if (english.length > LONGEST) return english;
    templates ??= templatesOf(catalogue);
    for (const { pattern, names, translation } of templates) {
      const values = pattern.exec(english)?.slice(1);
      if (values) return filled(translation, names, values, translate);
    }
    return english;
  };
  return translate;
}

function filled(translation: string, names: readonly string[], values: readonly string[], translate: (text: string) => string): string {
  return translation.replaceAll(/\{(t?)(\d+)\}/g, (_, translated: string, name: string) => {
    const value = values[names.indexOf(name)] ?? '';
    return translated === '' ? value : translate(value);
  });
}

function templatesOf(catalogue: Catalogue): Template[] {
  return Object.entries(catalogue)
    .filter(([english]) => /\{\d+\}/.test(english))
    .sort(([one], [other]) => literalLength(other) - literalLength(one))
    .map(([english, translation]) => {
      const parts = english.split(/\{(\d+)\}/);
      const source = parts.map((part, index) => (index % 2 === 0 ? escaped(part) : '([^]*)')).join('');
      return { pattern: new RegExp(`^${source}$`), names: parts.filter((_, index) => index % 2 === 1), translation };
    });
}

function literalLength(english: string): number {
  return english.replaceAll(/\{\d+\}/g, '').length;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
