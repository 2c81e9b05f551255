import { describe, expect, it } from '@jest/globals';
import { decodeText } from './decode-text.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, bigEndian: boolean, mark = true): Uint8Array =>
  Uint8Array.from(
    (mark ? `\uFEFF${text}` : text).split('').flatMap((character) => {
      const unit = character.charCodeAt(0);
      return bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8];
    }),
  );
/** 储能 in GBK and 測試 in Big5, as bytes. */
const GBK = '\xb4\xa2\xc4\xdc';
const BIG5 = '\xb4\xfa\xb8\xd5';
const ENGLISH_1252 = bytes(
  'It\x92s the first fa\xe7ade that Beyonc\xe9\x92s r\xe9sum\xe9 shows for \x80300 \x96 na\xefve \x93wing\x94 at 3\xb0',
);
const ENGLISH = 'It’s the first façade that Beyoncé’s résumé shows for €300 – naïve “wing” at 3°';

describe('decodeText', () => {
  const cases: [string, Uint8Array, string, string?][] = [
    ['ASCII', bytes('plain'), 'plain'],
    ['nothing', bytes(''), ''],
    ['UTF-8', utf8('储能 café'), '储能 café'],
    ['a UTF-8 mark, whatever is declared', Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8('é')]), 'é', 'text/plain; charset=windows-1252'],
    [
      'a UTF-16 mark, little end first',
      utf16('<?xml version="1.0" encoding="utf-16"?><a>é储</a>', false),
      '<?xml version="1.0" encoding="utf-16"?><a>é储</a>',
    ],
    ['a UTF-16 mark, big end first', utf16('é储', true), 'é储', 'text/plain; charset=utf-8'],
    ['UTF-16 XML without a mark', utf16('<?xml version="1.0"?><a>储</a>', false, false), '<?xml version="1.0"?><a>储</a>'],
    ['UTF-16 XML without a mark, big end first', utf16('<?xml version="1.0"?><a>储</a>', true, false), '<?xml version="1.0"?><a>储</a>'],
    ['GBK by header', bytes(GBK), '储能', 'text/html; charset=GBK'],
    ['GB2312 by header, quoted', bytes(GBK), '储能', 'text/html; Charset="gb2312"'],
    ['Big5 by header', bytes(BIG5), '測試', 'text/html;charset=big5'],
    ['Latin 1 by header, which is windows-1252', bytes('\x80\xe9'), '€é', 'text/html; charset=ISO-8859-1'],
    ['Latin 9 by header', bytes('\xa4'), '€', 'text/html; charset=iso-8859-15'],
    ['Cyrillic by header', bytes('\xcf\xf0\xe8\xe2\xe5\xf2'), 'Привет', 'text/html; charset=windows-1251'],
    ['the XML declaration', bytes(`<?xml version="1.0" encoding="GBK"?><t>${GBK}</t>`), '<?xml version="1.0" encoding="GBK"?><t>储能</t>'],
    [
      'an XML declaration in single quotes',
      bytes(`<?xml version='1.0' encoding='big5'?>${BIG5}`),
      "<?xml version='1.0' encoding='big5'?>測試",
    ],
    [
      'the header before the declaration',
      bytes(`<?xml version="1.0" encoding="gbk"?>${BIG5}`),
      '<?xml version="1.0" encoding="gbk"?>測試',
      'text/xml; charset=big5',
    ],
    ['<meta charset>', bytes(`<html><meta charset="big5">${BIG5}`), '<html><meta charset="big5">測試'],
    [
      '<meta http-equiv>',
      bytes(`\n<html><meta http-equiv="Content-Type" content="text/html; charset=big5">${BIG5}`),
      '\n<html><meta http-equiv="Content-Type" content="text/html; charset=big5">測試',
    ],
    ['no <meta> in notes about it', bytes('Write <meta charset="big5"> \xe9t\xe9 now'), 'Write <meta charset="big5"> été now'],
    [
      'UTF-8 that an XML declaration calls UTF-16',
      utf8('<?xml version="1.0" encoding="UTF-16"?>é'),
      '<?xml version="1.0" encoding="UTF-16"?>é',
    ],
    ['UTF-8 that a header calls Latin 1', utf8('café'), 'café', 'text/html; charset=iso-8859-1'],
    ['UTF-8 that a page of old calls GBK', utf8('<meta charset=gbk>储能电站的成本下降'), '<meta charset=gbk>储能电站的成本下降'],
    [
      'UTF-8 by header, though a <meta> says otherwise',
      utf8('<meta charset=gbk>储能'),
      '<meta charset=gbk>储能',
      'text/html; charset=utf-8',
    ],
    ['windows-1252 that a header calls UTF-8', ENGLISH_1252, ENGLISH, 'text/plain; charset=utf-8'],
    ['windows-1252 without any declaration', ENGLISH_1252, ENGLISH],
    ['one accent alone', bytes('Lyon caf\xe9'), 'Lyon café'],
    ['an accent before a letter that GBK would take along', bytes('na\xefve'), 'naïve'],
    ['GB18030 without any declaration', bytes(`${GBK} 2024`), '储能 2024'],
    ['an unknown charset', bytes('plain'), 'plain', 'text/plain; charset=klingon'],
    ['a refused charset', bytes('plain'), 'plain', 'text/plain; charset=utf-7'],
  ];
  // Rows of unequal length would make Jest pass a callback instead of the missing value.
  it.each(cases.map(([what, body, text, contentType]) => [what, body, text, contentType ?? null] as const))(
    'reads %s',
    (_, body, text, contentType) => {
      expect(decodeText(body, contentType === null ? {} : { contentType })).toBe(text);
    },
  );

  it('accepts UTF-8 with one damaged byte', () => {
    const text = '储能电站的成本在三年内下降了一半'.repeat(10);
    expect(decodeText(Uint8Array.from([...utf8(text), 0xff, ...utf8(text)]))).toBe(`${text}\uFFFD${text}`);
  });

  it('drops a character that the size limit cut', () => {
    expect(decodeText(utf8('储能').subarray(0, 5), { cut: true })).toBe('储');
    expect(decodeText(bytes(GBK).subarray(0, 3), { cut: true, contentType: 'text/plain; charset=gbk' })).toBe('储');
    expect(decodeText(utf16('储能', false).subarray(0, 5), { cut: true })).toBe('储');
  });

  it('takes Korean and Russian bytes for neither Chinese nor UTF-8', () => {
    const korean = '\xc0\xfa\xc0\xe5\xc0\xe5\xc4\xa1\xb4\xc2'.repeat(20);
    const russian = '\xc8\xd2\xc1\xce\xc5\xce\xc9\xc5'.repeat(20);
    for (const text of [korean, russian]) expect(decodeText(bytes(text))).not.toMatch(/\p{sc=Han}|\uFFFD/u);
  });

  it.each([
    ['utf-8', '\xef\xbb\xbf', 3],
    ['utf-16le', '\xff\xfe', 2],
    ['utf-16be', '\xfe\xff', 2],
    ['utf-16le without a mark', '<\0?\0', 4],
    ['utf-16be without a mark', '\0<\0?', 4],
  ])('takes no part of a mark of %s for the mark', (_, mark, length) => {
    for (let at = 0; at < length; at += 1) {
      const text = `${mark.slice(0, at)}X${mark.slice(at + 1)}abc`;
      expect(decodeText(bytes(text))).toBe(text);
    }
  });

  it('shows an incomplete character at the end of a complete file', () => {
    expect(decodeText(Uint8Array.from([0xef, 0xbb, 0xbf, 0xe5]))).toBe('\uFFFD');
    expect(decodeText(Uint8Array.from([0xef, 0xbb, 0xbf, 0xe5]), { cut: true })).toBe('');
  });

  it('accepts UTF-8 in which one of 50 characters is damaged, and no more', () => {
    const damaged = (good: number): Uint8Array => Uint8Array.from([...utf8('é '.repeat(good)), 0xff]);
    expect(decodeText(damaged(49))).toBe(`${'é '.repeat(49)}\uFFFD`);
    expect(decodeText(damaged(48))).toBe(`${'Ã© '.repeat(48)}ÿ`);
  });
});

describe('a declaration', () => {
  it.each([
    'text/html; charset=big5',
    'text/html; CHARSET  =  big5',
    'text/html; charset="  big5  "',
    'text/html; charset=big5; boundary=x',
    'text/html;charset=csbig5',
  ])('is read from the header %s', (contentType) => {
    expect(decodeText(bytes(BIG5), { contentType })).toBe('測試');
  });

  it.each([
    `<?xml version="1.0" encoding="big5"?>`,
    `<?XML version="1.0" ENCODING="Big5"?>`,
    `<?xml\nversion="1.0"\nencoding  =  "  big5"?>`,
    `\n <?xml encoding="big5"?>`,
    `<meta charset=big5>`,
    `<META CHARSET='big5'>`,
    `<meta\ncharset  =  "  big5">`,
    `<html><head><title>A</title><meta name="a" charset="big5">`,
    `<!-- ${'x'.repeat(3000)} --><meta charset="big5">`,
  ])('is read from the beginning of the file: %j', (head) => {
    expect(decodeText(bytes(head + BIG5))).toBe(`${head}測試`);
  });

  it.each([
    ['another element', '<?xml version="1.0"?><t encoding="windows-1251">'],
    ['an XML declaration inside of the file', '<pre><?xml version="1.0" encoding="windows-1251"?>'],
    ['another instruction', '<?xml-stylesheet encoding="windows-1251"?>'],
    ['an element behind a <meta>', '<meta name="a"><script charset="windows-1251">'],
    ['an element whose name begins with meta', '<metadata charset="windows-1251">'],
    ['a <meta> far down', `<!-- ${'x'.repeat(5000)} --><meta charset="windows-1251">`],
  ])('is not read from %s', (_, head) => {
    expect(decodeText(bytes(`${head}\xe9t\xe9 \xe0`))).toBe(`${head}été à`);
  });

  it.each([
    'ibm866',
    'iso-8859-2',
    'iso-8859-15',
    'iso-8859-8-i',
    'koi8-r',
    'koi8-u',
    'macintosh',
    'x-mac-cyrillic',
    'windows-874',
    'windows-1251',
  ])('of %s, which has one byte for each letter, is ignored when one letter is valid UTF-8', (charset) => {
    expect(decodeText(utf8('café'), { contentType: `text/plain; charset=${charset}` })).toBe('café');
  });

  it('of a multi-byte charset is believed when fewer than eight letters could be UTF-8', () => {
    const pressed = '\xc4\xa3\xd1\xb9'; // 模压 in GBK, ģѹ in UTF-8
    const contentType = 'text/plain; charset=gbk';
    expect(decodeText(bytes(pressed), { contentType })).toBe('模压');
    expect(decodeText(bytes(pressed.repeat(4).slice(0, -2)), { contentType })).toBe('模压模压模压模');
    expect(decodeText(bytes(pressed.repeat(4)), { contentType })).toBe('ģѹģѹģѹģѹ');
  });

  it.each([
    ['iso-2022-jp', '\x1b$B$\x22\x1b(B', 'あ'],
    ['shift_jis', '\x82\xa0\x82\xa2', 'あい'],
    ['euc-jp', '\xa4\xa2\xa4\xa4', 'あい'],
    ['euc-kr', '\xc7\xd1\xb1\xdb', '한글'],
    ['gb18030', '\x81\x30\x84\x36', '¥'],
  ])('of %s is followed', (charset, body, text) => {
    expect(decodeText(bytes(body), { contentType: `text/plain; charset=${charset}` })).toBe(text);
  });

  it('is ignored when the bytes contradict it', () => {
    expect(decodeText(ENGLISH_1252, { contentType: 'text/plain; charset=euc-jp' })).toBe(ENGLISH);
    expect(decodeText(bytes('\xe9t\xe9 '), { contentType: 'text/plain; charset=utf-16' })).toBe('été ');
  });
});

describe('GB18030 without any declaration', () => {
  it.each([
    ['the first and the last common character', '\xb0\xa1\xd7\xf9', '啊座'],
    ['one character with a full stop', '\xc4\xdc\xa1\xa3', '能。'],
    ['one character with a comma and an exclamation mark', '\xc4\xdc\xa3\xac\xa3\xa1', '能，！'],
    ['euros in one byte', '\x8012 \x8034 \xb4\xa2\xc4\xdc', '€12 €34 储能'],
    ['more characters in runs than alone', `${GBK} a \xc4\xdc`, '储能 a 能'],
    ['49 characters, none of them frequent', `${GBK.repeat(24)}\xb4\xa2`, `${'储能'.repeat(24)}储`],
    ['50 characters, one of them frequent', `${GBK.repeat(24)}\xb4\xa2\xb5\xc4`, `${'储能'.repeat(24)}储的`],
  ])('is recognised from %s', (_, body, text) => {
    expect(decodeText(bytes(body))).toBe(text);
  });

  it.each([
    ['as many rare characters as common ones', '\xc4\xdc\xa4\xa2', 'ÄÜ¤¢'],
    ['a character whose second byte is rare', '\xc4\xdc\xc4\xa0', 'ÄÜÄ\u00A0'],
    ['a character of the second level', '\xc4\xdc\xd8\xa1', 'ÄÜØ¡'],
    ['a character before the punctuation', '\xc4\xdc\x99@', 'ÄÜ™@'],
    ['a damaged text', `${GBK}\xff`, '´¢ÄÜÿ'],
    ['two letters with an accent in a word', 'TY\xd6\xc4', 'TYÖÄ'],
    ['a letter with an accent at the end', 'S\xc0', 'SÀ'],
    ['50 characters, none of them frequent', GBK.repeat(25), '´¢ÄÜ'.repeat(25)],
    ['100 characters, one of them frequent', `${GBK.repeat(49)}\xb4\xa2\xb5\xc4`, `${'´¢ÄÜ'.repeat(49)}´¢µÄ`],
  ])('is not assumed from %s', (_, body, text) => {
    expect(decodeText(bytes(body))).toBe(text);
  });
});
