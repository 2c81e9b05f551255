import { describe, expect, it } from '@jest/globals';
import { YamlText } from './yaml-text.ts';

const TEXT = `# comment
tasks:
  - name: a
    request:
      headers: {accept: x,
        other: y}
  - &second
    name: b
  - *second
`;

describe('YamlText', () => {
  it('finds the line of a place', () => {
    const yaml = new YamlText(TEXT);
    expect(yaml.problems).toEqual([]);
    const lines = [
      [],
      ['tasks'],
      ['tasks', 0],
      ['tasks', 0, 'request', 'headers', 'other'],
      ['tasks', 1, 'name'],
      ['tasks', 0, 'missing'],
      ['tasks', 2, 'name'],
      ['nowhere', 1],
    ].map((path) => yaml.lineOf(path));
    expect(lines).toEqual([2, 2, 3, 6, 8, 3, 9, 2]);
  });

  it.each([
    ['a:\n\t- b', 2, /Tabs/],
    ['a: 1\na: 2', 2, /unique/],
    ['b: 1\na: *x', 2, /no anchor &x/],
    ['a: 1\nb: {{ params.x }}', 2, /put \{\{ … \}\} in quotes/],
    ['a: !secret x', 1, /tag/],
    ['- 1\n---\n- 2', 2, /multiple documents/],
    ['a: 1\nb: {c: 7615917337495251231}', 2, /^7615917337495251231 is an integer beyond ±\(2\^53 − 1\).*Put it in quotes$/],
    ['a:\n- -9007199254740992', 2, /^-9007199254740992 is/],
    ['7615917337495251231: x', 1, /^7615917337495251231 is/],
    ['a: 9007199254740993.0', 1, /^9007199254740993\.0 is an integer beyond/],
    ['a:\n  - {b: 9.007199254740993e15}', 2, /^9\.007199254740993e15 is an integer beyond/],
    ['a: 1\nd: .inf', 2, /^\.inf is not a number that JSON can represent\. Put it in quotes$/],
    ['d: .nan', 1, /^\.nan is not a number/],
    ['d: 1e999', 1, /^1e999 is not a number/],
    ['%YAML 1.1\n---\na: 9_007_199_254_740_993', 3, /^9_007_199_254_740_993 is an integer beyond/],
    ['a: 0x7fffffffffffffff', 1, /^0x7fffffffffffffff is/],
  ])('%j is rejected', (text, line, problem) => {
    expect(new YamlText(text).problems[0]).toEqual({ line, problem: expect.stringMatching(problem) });
  });

  it('keeps integers up to 2^53 − 1, decimals, and digits in quotes', () => {
    const yaml = new YamlText('a: 9007199254740991\nb: "7615917337495251231"\nc: 1e20\nd: 1234567890.12345678');
    expect(yaml.problems).toEqual([]);
    expect(yaml.value).toEqual({ a: 9007199254740991, b: '7615917337495251231', c: 1e20, d: 1234567890.1234567 });
  });

  it('accepts an empty file', () => {
    expect(new YamlText('# nothing\n').value).toBeNull();
    expect(new YamlText('').lineOf(['tasks'])).toBe(1);
  });
});
