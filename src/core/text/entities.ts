import { decodeHTML, decodeHTMLStrict } from 'entities/decode';

/**
 * Replaces character references by their characters, in one pass: all named references of HTML and the numeric ones.
 * `&#146;` becomes ’, because numbers 128–159 are bytes of windows-1252 in practice. `html` also accepts the legacy
 * names without a semicolon (`&copy 2026`), as browsers do. `strict` keeps the ampersands of `R&D` and `?a=1&copy=2`.
 */
export function decodeEntities(text: string, syntax: 'html' | 'strict' = 'strict'): string {
  const decoded = syntax === 'html' ? decodeHTML(text) : decodeHTMLStrict(text);
  return decoded.replace(/\p{Cc}/gu, (control) => {
    if (control === '\t' || control === '\n' || control === '\r') return control;
    return control > '\u007F' ? decodeHTMLStrict(`&#${control.charCodeAt(0)};`) : ' '; // other control characters are invisible in every text format
  });
}
