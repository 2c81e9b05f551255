import { expect, it } from '@jest/globals';
import { textOfCsv } from './read-csv-file.ts';

it('reads what spreadsheets save, and no other file', () => {
  expect(textOfCsv(new TextEncoder().encode('\uFEFFtitle\n茶'))).toBe('title\n茶');
  expect(textOfCsv(new Uint8Array([0x74, 0x0a, 0xca, 0xfd, 0xbe, 0xdd]))).toBe('t\n数据');
  expect(textOfCsv(new Uint8Array([0xff, 0xfe, 0x74, 0x00, 0x36, 0x83]))).toBe('t茶');
  expect(textOfCsv(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff, 0xff]))).toBeNull();
});
