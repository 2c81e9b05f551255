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
  ])('%j is refused', (text, line, problem) => {
    expect(new YamlText(text).problems[0]).toEqual({ line, problem: expect.stringMatching(problem) });
  });

  it('takes an empty file as nothing', () => {
    expect(new YamlText('# nothing\n').value).toBeNull();
    expect(new YamlText('').lineOf(['tasks'])).toBe(1);
  });
});
