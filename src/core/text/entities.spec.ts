import { expect, it } from '@jest/globals';
import { decodeEntities } from './entities.ts';

it.each([
  ['caf&eacute; &rsquo; &pound;12 &naive;', 'café ’ £12 &naive;'],
  ['&#146;&#x92;&#128;&#150;', '’’€–'],
  ['&#8217;&#x2019;&#128512;', '’’😀'],
  ['&amp;eacute;', '&eacute;'],
  ['&NotEqualTilde;&ngE;', '≂̸≧̸'],
  ['R&D, ?a=1&copy=2', 'R&D, ?a=1&copy=2'],
  ['&#0;&#xD800;&#x110000;', '\uFFFD\uFFFD\uFFFD'],
  ['a&#1;b\u0007c\u0092', 'a b c’'],
  ['a&#9;b&#10;c&#13;d', 'a\tb\nc\rd'],
  ['a\u007Fb', 'a b'],
])('decodes %s once', (text, decoded) => {
  expect(decodeEntities(text)).toBe(decoded);
});

it('knows the legacy names without a semicolon in HTML only', () => {
  expect(decodeEntities('&copy 2026 AT&T &eacute', 'html')).toBe('© 2026 AT&T é');
  expect(decodeEntities('&copy 2026')).toBe('&copy 2026');
});
