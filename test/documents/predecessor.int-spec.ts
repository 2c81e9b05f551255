import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';

const rows = readFileSync('docs/predecessor.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!fault \|)[^-]/.test(line))
  .map((line) => /^\| (.+) \| (.+) \| `(test\/[\w./-]+)`: (.+) \|$/.exec(line)?.slice(1) ?? [line, '', '', '']);

describe('the faults of the predecessor', () => {
  it('are all in the table', () => {
    expect(rows.length).toBeGreaterThanOrEqual(14);
  });

  it.each(rows)('%s: has a test', (_fault, _here, file = '', title = '') => {
    expect(existsSync(file)).toBe(true);
    const titles = [...readFileSync(file, 'utf8').matchAll(/\bit(?:\.each[^\n]*)?\(\s*(['"`])(.+?)\1,|\]\)\(\s*(['"`])(.+?)\3,/gs)];
    expect(titles.map(([, , plain, , each]) => plain ?? each).filter((each) => each?.startsWith(title))).not.toEqual([]);
  });
});
