import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitSentences } from './sentences.ts';

describe('splitSentences', () => {
  it.each<[string, string[]]>([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    ['Dr. Smith paid 3.5 million, e.g. in cash. J. Doe left.', ['Dr. Smith paid 3.5 million, e.g. in cash.', 'J. Doe left.']],
    ['It costs approx. 5 euros.', ['It costs approx. 5 euros.']],
    ['See example.com for more. Then go on.', ['See example.com for more.', 'Then go on.']],
    ['1. First point. 2. Second point.', ['1. First point.', '2. Second point.']],
    ['He said (really. I mean it.) and left. She stayed.', ['He said (really. I mean it.) and left.', 'She stayed.']],
    ['Wait… what happened? Nothing.', ['Wait… what happened?', 'Nothing.']],
    ['第一句。第二句！第三句？没有结尾', ['第一句。', '第二句！', '第三句？', '没有结尾']],
    ['他说：“走吧。快一点。”然后离开了。我留下。', ['他说：“走吧。快一点。”', '然后离开了。', '我留下。']],
    ['“真的吗？”，他问。对。', ['“真的吗？”，他问。', '对。']],
    ['版本是3.5。价格为1.2万元。', ['版本是3.5。', '价格为1.2万元。']],
    ['今天发布v2.0.明天见', ['今天发布v2.0.明天见']],
    ['真的很好……下一句。', ['真的很好……下一句。']],
    ['', []],
  ])('%j', (text, expected) => {
    expect(splitSentences(text)).toEqual(expected);
  });

  it('stops protecting a quotation that never ends', () => {
    const text = `“${'很长的话。'.repeat(100)}`;
    expect(splitSentences(text).length).toBeGreaterThan(20);
  });

  it('loses and adds nothing: the sentences are the text without the spaces between', () => {
    const piece = fc.constantFrom('a', 'B', '. ', '。', '！', '"', '”', '“', ' ', '3.5', 'Mr. ', '……', '(', ')', '，', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const squeeze = (value: string): string => value.replace(/\s+/gu, '');
        expect(squeeze(splitSentences(text).join(''))).toBe(squeeze(text));
      }),
    );
  });
});
