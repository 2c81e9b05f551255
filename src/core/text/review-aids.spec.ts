import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isClaim, reviewAids } from './review-aids.ts';

describe('isClaim', () => {
  it.each([
    'The park made 42 megawatt hours.',
    'It opened on 3 May 2026.',
    'It is the largest battery in Europe.',
    'Last year the operator Siemens left.',
    'This was the first of its kind.',
    '装机容量达到120兆瓦。',
    '成本下降了百分之三十。',
    '这是全国最大的储能电站。',
    '清华大学参与了设计。',
    '《电力法》规定了这一点。',
    'It is the largest battery.',
    'They are the strongest.',
    'Last year the operator  Siemens left.',
    'Last year the operator “Siemens” left.',
    '这是首个电站。',
  ])('yes: %s', (sentence) => {
    expect(isClaim(sentence)).toBe(true);
  });

  it.each([
    'Batteries answer quickly.',
    'We request an interest in the forest.',
    'That is a modest harvest.',
    '电池可以很快响应。',
    'It depends.',
    'The test in the west is over; the rest is at the nest.',
    '— Batteries answer quickly.',
    'They sold a T-shirt.',
    '首都很大。',
    '该公司很谨慎。',
  ])('no: %s', (sentence) => {
    expect(isClaim(sentence)).toBe(false);
  });
});

describe('reviewAids', () => {
  const body = `## Storage

The park made 42 MWh in May.[^1] It cost €1.2 million. Nobody was surprised. Each of the 7 units works.
[^2]

- Prices fell by 30 %.[^1]
- See [the report](https://example.org/a_(b)) or https://example.com/x?y=1.

Run \`npm start\` first:

\`\`\`sh
rm -rf /tmp/x   # 99 files
curl https://example.net/i.sh | sh
\`\`\`

[^1]: Report 2026, https://example.org/source
[^2]: Another`;

  it('lists claims without a footnote, commands, numbers and addresses', () => {
    expect(reviewAids(body, true)).toEqual({
      unsourcedClaims: ['It cost €1.2 million.'],
      commands: ['rm -rf /tmp/x   # 99 files', 'curl https://example.net/i.sh | sh', 'npm start'],
      numbers: ['42 MWh', '€1.2 million', '7', '30 %'],
      urls: ['https://example.org/a_(b)', 'https://example.com/x?y=1', 'https://example.net/i.sh', 'https://example.org/source'],
    });
  });

  it('lists no claims of a content without sources, nor of boilerplate', () => {
    expect(reviewAids(body, false).unsourcedClaims).toEqual([]);
    expect(reviewAids('One of 7.\n\nTwo of 8.', true, { boilerplate: ['one of 7.'] }).unsourcedClaims).toEqual(['Two of 8.']);
  });

  it('reads Chinese', () => {
    const zh = '装机容量达到120万千瓦。[^1]其中三成来自北方。电池很快。2025年投产，投资3亿元。';
    expect(reviewAids(zh, true)).toMatchObject({
      unsourcedClaims: ['其中三成来自北方。', '2025年投产，投资3亿元。'],
      numbers: ['120万千瓦', '三成', '2025年', '3亿元'],
    });
  });

  it('a footnote after every sentence leaves no claim; what is listed occurs in the text, once, and in bounds', () => {
    const sentence = fc.constantFrom(
      'The park made 42 MWh.',
      'It is the largest.',
      '成本下降了30%。',
      'Run `ls -l` now.',
      'See https://example.org/a.',
    );
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 200 }), (sentences) => {
        const noted = sentences.map((each) => `${each}[^1]`).join(' ');
        expect(reviewAids(noted, true).unsourcedClaims).toEqual([]);
        const plain = sentences.map((each, i) => `${each.slice(0, -1)} ${i}${each.slice(-1)}`).join(' ');
        const aids = reviewAids(plain, true);
        for (const list of Object.values(aids) as string[][]) {
          expect(list.length).toBeLessThanOrEqual(100);
          expect(new Set(list).size).toBe(list.length);
        }
        for (const each of [...aids.numbers, ...aids.urls, ...aids.commands]) expect(plain).toContain(each);
      }),
    );
  });

  it('reads 200,000 hostile characters', () => {
    for (const part of ['`', '```\n', '[^', '1', '1.', 'https://', '最', 'A b', '百', '*_']) {
      const text = part.repeat(200_000 / part.length);
      expect(reviewAids(text, true).numbers.length).toBeLessThanOrEqual(100);
    }
  });
});

it('a footnote of a digest is for the whole passage before it', () => {
  const text = 'The valley connected a battery in May 2021. It cost 3 million euros.[^1] The second cost 2 million.\n\n[^1]: Report';
  expect(reviewAids(text, true, { quotesPassages: true }).unsourcedClaims).toEqual(['The second cost 2 million.']);
  expect(reviewAids(text, true).unsourcedClaims).toHaveLength(2);
});

describe('footnotes', () => {
  it.each([
    ['with a long label', 'It cost €2.[^report-2026]', []],
    ['behind two marks', '成本真的下降了30%？！[^1]', []],
    ['behind a quotation', '“It cost €2.”[^1]', []],
    ['in twos, of the sentence before', 'It cost €2.[^1][^2] It made 7 MWh.', ['It made 7 MWh.']],
  ])('are seen %s', (_, text, claims) => {
    expect(reviewAids(text, true).unsourcedClaims).toEqual(claims);
  });

  it.each(['[^report]: See `ls` of 2026', '[1]: https://example.org "`ls` of 2026"'])('have definitions without commands: %s', (line) => {
    expect(reviewAids(`It works.\n\n${line}`, true)).toMatchObject({ commands: [], numbers: [] });
  });

  it('are not defined in the middle of a line', () => {
    expect(reviewAids('The list [a]: run `ls` 7 times.', true)).toMatchObject({ commands: ['ls'], numbers: ['7'] });
  });
});

describe('commands', () => {
  it.each([
    ['indented lines without blank ones', '```\nls\n\n  cd x\n```', ['ls', 'cd x']],
    ['lines that end with carriage returns', '```\rls\rcd x\r```\rIt works.', ['ls', 'cd x']],
    ['a block with an indented end', '```\nls\n ``` \nIt works.', ['ls']],
    ['a block that shows the beginning of another', '```\n```sh\nls\n```', ['```sh', 'ls']],
    ['a block inside of a longer fence', '````md\n```\nls\n```\n````\nIt works.', ['```', 'ls']],
    ['a block of the other fence', '~~~\n```\n~~~\nIt works.', ['```']],
    ['inline code with spaces, and none that is empty', 'Run ` ls ` or ` `.', ['ls']],
    ['none of three ticks in a line', 'Three ticks ``` begin it.\n\nIt works.', []],
    ['none of a tilde before a number', '~5 % of them\n\nwork.', []],
    ['inline code in two or three ticks', '```npm start```\n\nRun ``ls`` too.', ['npm start', 'ls']],
    ['a block with a fence of twelve', `${'`'.repeat(12)}\nls\n${'`'.repeat(12)}\nIt works.`, ['ls']],
  ])('are %s', (_, text, commands) => {
    expect(reviewAids(text, true).commands).toEqual(commands);
  });
});

it('lists whole Chinese numbers', () => {
  expect(reviewAids('三十五年来下降了百分之三十五点二。', false).numbers).toEqual(['三十五年', '百分之三十五点二']);
});

it.each([
  ['http://example.org/a', 'http://example.org/a'],
  ['HTTPS://example.org/a?!', 'HTTPS://example.org/a'],
  ['见[报告](https://example.org/a_(b))的第三页', 'https://example.org/a_(b)'],
  ['(see **https://example.org/a.**)', 'https://example.org/a'],
  ['https://example.org/a.b,c', 'https://example.org/a.b,c'],
])('lists the address of %s', (text, url) => {
  expect(reviewAids(text, false).urls).toEqual([url]);
});

it('shortens long items and long lists', () => {
  const many = Array.from({ length: 150 }, (_, i) => `${i} kg`);
  expect(reviewAids(many.join(', '), false).numbers).toEqual(many.slice(0, 100));
  expect(reviewAids(`\`${'x'.repeat(400)}\``, false).commands).toEqual(['x'.repeat(300)]);
});
