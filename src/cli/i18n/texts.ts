import type { HelpConfiguration } from 'commander';
import type { Language } from './language.ts';

/**
 * The texts for people in one language. The code holds the English text; it is translated where it leaves the program:
 * helps, titles of tables, notes, questions and errors. JSON, CSV, YAML and names are never translated.
 */
export interface Texts {
  readonly language: Language;
  /** An unknown text is returned as it is. */
  readonly translate: (english: string) => string;
  readonly help: HelpConfiguration;
}

export const ENGLISH: Texts = { language: 'en', translate: (english) => english, help: {} };
