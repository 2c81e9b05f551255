import { describe, expect, it } from '@jest/globals';
import { fileTypeOf, isImage } from './file-type.ts';

const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const PNG = bytes([0x89], 'PNG\r\n', [0x1a, 0x0a], 'rest');

describe('fileTypeOf', () => {
  it.each([
    ['a.png', PNG, 'image/png'],
    ['a.txt', PNG, 'image/png'], // the name does not decide
    ['a.jpg', bytes([0xff, 0xd8, 0xff, 0xe0], 'JFIF'), 'image/jpeg'],
    ['a.webp', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 '), 'image/webp'],
    ['a.pdf', bytes('%PDF-1.7\n'), 'application/pdf'],
    ['a.csv', bytes('region,mwh\r\n北京,12\r\n'), 'text/csv'],
    [' A.CSV ', bytes('one column\n'), 'text/csv'],
    ['a.csv', PNG, 'image/png'],
  ])('recognises %s', (name, content, type) => {
    expect(fileTypeOf(name, content)).toBe(type);
  });

  it.each([
    ['an empty file', 'a.csv', bytes()],
    ['HTML under the name of an image', 'a.png', bytes('<html><script>')],
    ['SVG', 'a.svg', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a sound in the container of WebP', 'a.webp', bytes('RIFF', [1, 2, 3, 4], 'WAVEfmt ')],
    ['another container with the type of WebP', 'a.webp', bytes('RIFX', [1, 2, 3, 4], 'WEBPVP8 ')],
    ['a table with another extension after its own', 'a.csv.exe', bytes('a,b\n')],
    ['a PDF that begins with something else', 'a.pdf', bytes('<!-- %PDF-1.7 -->')],
    ['a cut signature', 'a.png', PNG.subarray(0, 7)],
    ['a table in another encoding', 'a.csv', bytes('caf', [0xe9], ',1\n')],
    ['a table with a NUL', 'a.csv', bytes('a,b\0\n')],
    ['text under another name', 'a.txt', bytes('a,b\n')],
  ])('refuses %s', (_, name, content) => {
    expect(fileTypeOf(name, content)).toBeNull();
  });
});

describe('isImage', () => {
  it('is true for pictures only', () => {
    expect((['image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'text/csv'] as const).map(isImage)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
