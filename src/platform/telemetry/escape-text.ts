/**
 * Characters that could forge or hide log lines: line breaks, terminal control (C0 with ESC, C1, DEL), bidi marks,
 * zero width space, U+2028/9. Not the joiners, which scripts and emoji need.
 */
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** Writes each unsafe character as \uXXXX, which is also valid inside a JSON string. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
