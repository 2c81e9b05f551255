import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCsv } from './csv-encoding.ts';

const TEXT = 'account_id,topic\nnotes,数据库日志入门\n';
/** \u6570\u636E\u5E93 in GB18030: 数据库. */
const GB = Buffer.concat([Buffer.from('account_id,topic\nnotes,'), Buffer.from([0xca, 0xfd, 0xbe, 0xdd, 0xbf, 0xe2]), Buffer.from('\r\n')]);
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

describe('decodeCsv', () => {
  it.each([
    ['utf-8', Buffer.from(TEXT)],
    ['utf-8', Buffer.from(`\uFEFF${TEXT}`)],
    ['utf-16le', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['utf-16be', swapped(Buffer.from(`\uFEFF${TEXT}`, 'utf16le'))],
    ['utf-16le', Buffer.from(TEXT, 'utf16le')],
    ['utf-16be', swapped(Buffer.from(TEXT, 'utf16le'))],
  ])('reads %s, and drops the mark', (encoding, bytes) => {
    expect(decodeCsv(bytes)).toEqual({ text: TEXT, encoding });
  });

  it('reads GB18030, also with a character that GBK does not have', () => {
    expect(decodeCsv(GB)).toEqual({ text: 'account_id,topic\nnotes,数据库\r\n', encoding: 'gb18030' });
    // U+20000 is 0x95328236
    expect(decodeCsv(Buffer.from([0x95, 0x32, 0x82, 0x36]))?.text).toBe('\u{20000}');
  });

  it.each([
    ['a truncated UTF-16 file', Buffer.from([0xff, 0xfe, 0x61])],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff, 0xff])],
    ['damaged UTF-8 with a mark', Buffer.from([0xef, 0xbb, 0xbf, 0xff])],
  ])('rejects %s', (_, bytes) => {
    expect(decodeCsv(bytes)).toBeNull();
  });

  it('never changes a character of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF') && text.isWellFormed());
        expect(decodeCsv(Buffer.from(text))).toEqual({ text, encoding: 'utf-8' });
      }),
    );
  });
});
