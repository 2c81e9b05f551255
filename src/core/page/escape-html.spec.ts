import { expect, it } from '@jest/globals';
import { escapeHtml } from './escape-html.ts';

it('a text has no characters with a meaning in HTML', () => {
  expect(escapeHtml(`<a href="x">'&amp;'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;');
});
