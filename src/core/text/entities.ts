import { decodeHTML, decodeHTMLStrict } from 'entities/decode';

/**
 * Replaces character references by their characters, once: the whole HTML table, and numeric ones. `&#146;` is ’, since
 * numbers 128–159 are bytes of windows-1252 wherever they occur. `html` also accepts the old names without a semicolon
 * (`&copy 2026`), as browsers do; elsewhere `R&D` and `?a=1&copy=2` keep their ampersand.
 */
export function decodeEntities(text: string, syntax: 'html' | 'strict' = 'strict'): string {
  const decoded = syntax === 'html' ? decodeHTML(text) : decodeHTMLStrict(text);
  return decoded.replace(/\p{Cc}/gu, (control) => {
    if (control === '\t' || control === '\n' || control === '\r') return control;
    return control > '\u007F' ? decodeHTMLStrict(`&#${control.charCodeAt(0)};`) : ' '; // no text format shows the others
  });
}
