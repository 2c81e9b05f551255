export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `--lang`, else the locale of the environment: the first of LC_ALL, LC_MESSAGES and LANG that is not empty, as POSIX has it. */
export function languageOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  return fromArguments(argv) ?? (/^zh\b|^zh_/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'zh' : 'en');
}

/** From the raw arguments, because the texts of the options depend on it. A wrong value is rejected when they are parsed. */
function fromArguments(argv: readonly string[]): Language | undefined {
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const given = words.flatMap((word, index) =>
    word === '--lang' ? (words[index + 1] ?? []) : word.startsWith('--lang=') ? word.slice(7) : [],
  );
  return LANGUAGES.find((language) => language === given.at(-1));
}
