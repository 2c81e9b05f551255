/**
 * Line breaks, terminal control (C0 with ESC, C1, DEL) and the characters that reorder or hide text (bidi marks, zero
 * width space, U+2028/9; not the joiners, which scripts and emoji need): with them a text could forge or hide log lines.
 */
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** Each unsafe character as \uXXXX, which is also valid inside a JSON string. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
