import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FactoryProvider } from '@nestjs/common';
import { lettersOnly } from '../../core/text/evasion-text.ts';
import { SensitiveWordMatcher } from '../../core/text/sensitive-words.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { Settings } from '../../platform/config/settings.ts';

const MAX_WORDS = 200_000;
const LONGEST_WORD = 100;
/** At most this many problems of the lists are reported. */
const MAX_PROBLEMS = 20;

/** The words of a file, or of all *.txt files of a folder: one a line; `#` begins a comment. Throws with every problem it finds. */
export function readSensitiveWords(path: string): string[] {
  const words: string[] = [];
  const problems: string[] = [];
  for (const file of filesAt(path)) {
    for (const [index, raw] of linesOf(file).entries()) {
      const word = raw.replace(/(?:^|\s)#.*$/u, '').trim();
      if (word === '') continue;
      const problem = problemOf(word);
      if (problem === null) words.push(word);
      else problems.push(`${file}:${index + 1}: ${problem}`);
    }
  }
  if (words.length > MAX_WORDS) problems.push(`there are ${words.length} words, and at most ${MAX_WORDS} are allowed`);
  if (problems.length > 0) throw invalid(problems);
  return words;
}

function problemOf(word: string): string | null {
  if (word.includes('\uFFFD')) return 'is not UTF-8 text. Save the file as UTF-8';
  if (word.length > LONGEST_WORD)
    return `a word has ${word.length} characters, and at most ${LONGEST_WORD} are allowed. Write one word a line`;
  const { letters } = lettersOnly(word);
  if (letters === '') return `"${word}" has no letter and no digit, so it can never be found. Remove it`;
  return /^[a-z0-9]$/.test(letters) ? `"${word}" is a single letter or digit, which occurs in any text. Write a longer word` : null;
}

function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path).filter((name) => name.endsWith('.txt'));
    if (files.length > 0) return files.toSorted().map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
  throw invalid([`the folder ${path} has no file that ends in .txt. Add one, or unset the variable`]);
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r\n?|\n/);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): ConfigurationError {
  return new ConfigurationError(
    `SENSITIVE_WORDS_PATH: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Correct the path.`,
  );
}

function invalid(problems: readonly string[]): ConfigurationError {
  const rest = problems.length > MAX_PROBLEMS ? `\n  and ${problems.length - MAX_PROBLEMS} more` : '';
  return new ConfigurationError(`SENSITIVE_WORDS_PATH is invalid:\n  ${problems.slice(0, MAX_PROBLEMS).join('\n  ')}${rest}`);
}

/** The sensitive words of the installation, read once at the start. Without SENSITIVE_WORDS_PATH there are none. */
export const SENSITIVE_WORDS: FactoryProvider<SensitiveWordMatcher> = {
  provide: SensitiveWordMatcher,
  inject: [Settings],
  useFactory: ({ sensitiveWordsPath }: Settings) =>
    new SensitiveWordMatcher(sensitiveWordsPath === undefined ? [] : readSensitiveWords(sensitiveWordsPath)),
};
