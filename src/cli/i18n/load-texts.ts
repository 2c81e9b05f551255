import type { Language } from './language.ts';
import { ENGLISH, type Texts } from './texts.ts';

/** The Chinese catalogue is loaded only when it is used: it would make each start slower. */
export async function textsOf(language: Language): Promise<Texts> {
  return language === 'en' ? ENGLISH : (await import('./zh/zh-texts.ts')).CHINESE;
}
