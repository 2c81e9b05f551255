import type { Language } from './language.ts';
import { ENGLISH, type Texts } from './texts.ts';

/** The Chinese catalogue takes as long to load as the rest of `--version`, which has no text. */
export async function textsOf(language: Language, argv: readonly string[]): Promise<Texts> {
  return language === 'en' || onlyVersion(argv) ? ENGLISH : (await import('./zh/zh-texts.ts')).CHINESE;
}

export function onlyVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && /^(-V|--version)$/.test(argv[0] ?? '');
}
