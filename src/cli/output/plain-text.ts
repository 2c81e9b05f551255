import { stripVTControlCharacters } from 'node:util';

/** For one table cell or line: no escape sequence of a title moves the cursor, no bidi mark turns the line around. */
export function singleLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** For a whole text on a terminal: line breaks and tabs stay. */
export function multiLine(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}
