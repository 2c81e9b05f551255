import { stripVTControlCharacters } from 'node:util';

/** Makes text safe for one line: escape sequences do not move the cursor, bidi marks do not reverse the line. */
export function singleLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** Like `singleLine`, but keeps line breaks and tabs. */
export function multiLine(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}
