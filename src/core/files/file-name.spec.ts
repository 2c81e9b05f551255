import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanFileName, fileTitle } from './file-name.ts';

describe('cleanFileName', () => {
  it.each([
    ['Annual Report 2026 (final).PDF', 'annual-report-2026-final.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\Users\\ann\\Übersicht.docx', 'ubersicht.pdf'],
    ['.htaccess', 'file-1.pdf'],
    ['年度报告.pdf', 'file-1.pdf'],
    ['报告 2026.pdf', '2026.pdf'],
    ['v1.2.final.docx', 'v1-2-final.pdf'],
    ['_a_-_.pdf', 'a.pdf'],
    ['', 'file-1.pdf'],
    ['a"; filename="x.exe', 'a-filename-x.pdf'],
    ['x'.repeat(300), `${'x'.repeat(80)}.pdf`],
  ])('makes %j into %j', (name, cleaned) => {
    expect(cleanFileName(name, 'pdf', 'file-1')).toBe(cleaned);
  });

  it('only makes names that can be nothing but a file in its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(cleanFileName(name, 'pdf', 'file-1')).toMatch(/^[a-z0-9][a-z0-9_-]*\.pdf$/);
      }),
    );
  });
});

describe('fileTitle', () => {
  it.each([
    ['/home/ann/年度报告.pdf', '年度报告.pdf'],
    ['report\u202Efdp.exe', 'report fdp.exe'],
    ['a\r\nb\0.csv', 'a b .csv'],
    ['\uD800.csv', '\uFFFD.csv'],
    [' two \0\0 spaces.csv ', 'two spaces.csv'],
    ['a/b.csv/', 'b.csv'],
    ['a/b.csv/ ', 'b.csv'],
    ['字'.repeat(300), '字'.repeat(200)],
  ])('shows %j as %j', (name, title) => {
    expect(fileTitle(name)).toBe(title);
  });
});
