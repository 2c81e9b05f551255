import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { readSensitiveWords } from './sensitive-word-list.ts';

let folder: string;
const write = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'words-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readSensitiveWords', () => {
  it('reads one word a line, without comments and blank lines', () => {
    const path = write('one.txt', '\uFEFF# gambling\r\n赌博\r\n\r\n  hot dog  # not food\nF#m\n#\n');
    expect(readSensitiveWords(path)).toEqual(['赌博', 'hot dog', 'F#m']);
  });

  it('reads the .txt files of a folder in the order of their names', () => {
    const lists = join(folder, 'lists');
    mkdirSync(lists);
    writeFileSync(join(lists, 'b.txt'), 'second');
    writeFileSync(join(lists, 'a.txt'), 'first');
    writeFileSync(join(lists, 'README.md'), 'not a word');
    expect(readSensitiveWords(lists)).toEqual(['first', 'second']);
  });

  it.each<[string, () => string, RegExp]>([
    ['a path that does not exist', () => join(folder, 'absent'), /absent cannot be read \(ENOENT\)\. Correct the path/],
    ['a folder without lists', () => mkdtempSync(join(folder, 'empty-')), /has no file that ends in \.txt/],
    ['a word without letters', () => write('marks.txt', 'good\n---'), /marks\.txt:2: "---" has no letter and no digit/],
    ['a word of one letter', () => write('letter.txt', 'C#'), /letter\.txt:1: "C#" is a single letter/],
    ['a text that is not UTF-8', () => write('gbk.txt', Buffer.from([0xb6, 0xc4, 0xb2, 0xa9])), /gbk\.txt:1: is not UTF-8/],
    ['a line that is no word', () => write('long.txt', 'x'.repeat(101)), /long\.txt:1: a word has 101 characters/],
    ['too many words', () => write('many.txt', Array.from({ length: 200_001 }, (_, i) => `w${i}`).join('\n')), /there are 200001 words/],
  ])('rejects %s', (_what, path, message) => {
    const file = path();
    expect(() => readSensitiveWords(file)).toThrow(ConfigurationError);
    expect(() => readSensitiveWords(file)).toThrow(message);
  });
});
