import { describe, expect, it } from '@jest/globals';
import { escapeMarkdown, markdownToText, readMarkdown } from './markdown-text.ts';

describe('blocks', () => {
  it.each([
    ['code between paragraphs', 'before\n```\ncode\n```\nafter', 'before\nafter'],
    ['code whose closing line is indented and has spaces', '```\ncode\n  ```  \nafter', 'after'],
    ['code that has a shorter fence', '````\n```\ncode\n````\nafter', 'after'],
    ['code that has a fence of another kind', '```\n~~~\ncode\n```\nafter', 'after'],
    ['code that has an opening fence', '```\n``` js\ncode\n```\nafter', 'after'],
    ['text struck out', '~~gone~~ words', 'gone words'],
    ['a fence within a line', 'a ~~~ b\nnext', 'a ~~~ b next'],
    ['an empty heading', 'one\n#\ntwo', 'one\ntwo'],
    ['a heading of closing marks only', '# T\n\none\n## ##\ntwo', 'T\none\ntwo'],
    ['a heading after a paragraph', 'one\n## two\nthree', 'one\ntwo\nthree'],
    ['a heading underlined with =', 'Title\n=====  \ntext', 'Title\ntext'],
    ['dashes at the end of a line', 'first\nsecond --\nthird', 'first second -- third'],
    ['dashes at the start of a line', 'first\n--flag is new', 'first --flag is new'],
    ['a rule without a paragraph before it', 'one\n\n---\n\ntwo', 'one\ntwo'],
    ['emphasis at the start of a line', 'one\n***bold*** two', 'one bold two'],
    ['one mark of a rule', 'one\n*\ntwo\n_\nthree', 'one * two _ three'],
    ['an item with a number of two digits', '12. twelfth', 'twelfth'],
    ['a quotation without a space', '>no space', 'no space'],
    ['a quotation in a quotation', '> > nested', 'nested'],
    ['what looks like an alert, within a line', 'see [!NOTE] here', 'see [!NOTE] here'],
    ['an alert', '> [!TIP]\n> Use it.', 'Use it.'],
    ['a definition between paragraphs', 'before\n[1]: https://x\nafter', 'before\nafter'],
    ['a definition with its title on the next line', "[1]: https://x\n  'Title'\nafter", 'after'],
    ['text after a definition', '[1]: https://x\n after  two spaces', 'after two spaces'],
    ['text with two spaces after a definition', '[1]: https://x\nafter  two spaces', 'after two spaces'],
    ['a reference with a colon, within a line', 'see [a]: words', 'see [a]: words'],
    ['a blank line of spaces', 'one\n  \ntwo', 'one\ntwo'],
    ['lines that end with a carriage return', 'one\r\rtwo', 'one\ntwo'],
    ['an indented line of a paragraph', 'one\n    two', 'one two'],
    ['a tab in a line', 'a\tb', 'a b'],
    ['a line with one leading space', ' one', 'one'],
    ['a comment after the end of another', 'a --> <!-- x --> b', 'a --> b'],
  ])('%s', (_, markdown, text) => {
    expect(markdownToText(markdown)).toBe(text);
  });

  it.each(['***', ' ***', '* * *', '- - -', '___', '_ _ _', '*****'])('a rule: %s', (rule) => {
    expect(markdownToText(`one\n${rule}\ntwo`)).toBe('one\ntwo');
  });

  it.each([
    ['with outer bars', '|a|b|\n|-|-|\n|1|2|'],
    ['without outer bars', 'a | b\n--- | ---\n1 | 2'],
    ['with alignment', 'a | b | c\n:-- | :-: | --:\n1 | 2 | 3'],
    ['with little space', 'a|b\n-|-\n1|2'],
    ['with indentation', '  a | b\n   :--- | ---\n  1 | 2'],
    ['of one column', '| a |\n|---|\n| 1 |'],
  ])('a table %s', (_, table) => {
    expect(markdownToText(`before\n\n${table}\nafter`)).toBe('before\nafter');
  });

  it.each([
    ['words before\n-- | not a rule', 'words before -- | not a rule'],
    ['words\nx --- | ---', 'words x --- | ---'],
  ])('no table: %j', (markdown, text) => {
    expect(markdownToText(markdown)).toBe(text);
  });

  it('a heading underlined with = is the title, an empty one is none', () => {
    expect(readMarkdown('#\n\nTitle\n==\n\nText')).toEqual({
      title: 'Title',
      date: null,
      sections: [{ heading: null, paragraphs: ['Text'] }],
    });
  });
});

describe('lines of a paragraph', () => {
  it.each([
    ['中文\n第二行', '中文第二行'],
    ['中\n文', '中文'],
    ['第一行\n   第二行', '第一行第二行'],
    ['中文\nEnglish', '中文 English'],
    ['English\n中文', 'English 中文'],
    ['中a\n文', '中a 文'],
    ['文\na文', '文 a文'],
    ['他说：\n“好”', '他说：“好”'],
  ])('%j', (markdown, text) => {
    expect(markdownToText(markdown)).toBe(text);
  });
});

describe('marks within a line', () => {
  it.each([
    ['![alt][ref] x', 'x'],
    ['a[^note] b', 'a b'],
    ['[a](b_(cd)) and [b][ref]', 'a and b'],
    ['<http://x.y/z> <mailto:a@b.c> end', 'end'],
    ['``a`` and `b`', 'a and b'],
    ['a   b', 'a b'],
    ['_a_ __b__ ___c___ (_d_)', 'a b c (d)'],
    ['snake_case_name, x_a_, _a_x, 1_a_, _a_1', 'snake_case_name, x_a_, _a_x, 1_a_, _a_1'],
    ['_ a _', '_ a _'],
    ['a\uE041b', 'ab'],
  ])('%j', (markdown, text) => {
    expect(markdownToText(markdown)).toBe(text);
  });
});

describe('front matter', () => {
  const front = (markdown: string) => {
    const { title, date } = readMarkdown(markdown);
    return { title, date };
  };

  it.each([
    ['without a date', '---\ntitle: T\n---\ntext', { title: 'T', date: null }],
    ['at the end of the file', '---\ntitle: T\n---', { title: 'T', date: null }],
    ['after a byte order mark', '\uFEFF---\ntitle: T\n---\ntext', { title: 'T', date: null }],
    ['with spaces after a value', '---\ntitle: T  \ndate: 2026-03-01 \n---\n', { title: 'T', date: '2026-03-01' }],
    ['with quotes within a value', '---\ntitle: 5 "inches"\n---\n', { title: '5 "inches"', date: null }],
    ['with quotes at the start of a value', '---\ntitle: "a" b\n---\n', { title: '"a" b', date: null }],
    ['with an empty value', `---\ntitle: ''\n---\n`, { title: null, date: null }],
    ['that is not at the start', 'text\n---\ntitle: x\n---\n', { title: null, date: null }],
  ])('%s', (_, markdown, found) => {
    expect(front(markdown)).toEqual(found);
  });

  it('is no text, and a byte order mark is none', () => {
    expect([markdownToText('---\ntitle: T\n---\ntext'), markdownToText('\uFEFFtext')]).toEqual(['T\ntext', 'text']);
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['# a', '\\# a'],
    ['a # b - c', 'a # b - c'],
    ['12. x', '12\\. x'],
    ['no 1. x', 'no 1. x'],
    ['R&D &amp; x', 'R&D \\&amp; x'],
  ])('%j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});
