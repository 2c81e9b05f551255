import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeMarkdown, markdownToText, readMarkdown } from './markdown-text.ts';

describe('readMarkdown', () => {
  it('keeps prose and removes everything else', () => {
    const read = readMarkdown(`---
title: "From the front"
date: 2026-03-01
---
[![build](https://x/y.svg)](https://x) ![logo](a.png)

# Heading one

A **bold *and* emphatic** [link](https://example.org/a_(b)) with \`code\`, a [ref][1] and a note[^1].
It goes on <span class="x">here</span>. <!-- not
this -->

\`\`\`js
const hidden = true; // TODO
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

Setext
------

- first item
  continued
- [x] second &amp; last

> [!NOTE]
> Quoted words.

    indented code

[1]: https://example.org
[^1]: A footnote
    that goes on.
`);
    expect(read).toEqual({
      title: 'From the front',
      date: '2026-03-01',
      sections: [
        { heading: 'Heading one', paragraphs: ['A bold and emphatic link with code, a ref and a note. It goes on here.'] },
        {
          heading: 'Setext',
          paragraphs: ['first item continued', 'second & last', 'Quoted words.'],
        },
      ],
    });
  });

  it('reads headings with closing marks', () => {
    const headings = readMarkdown('#\n\n## One ##\n\n## C#\n\n## Two # ###  \n\n###\tTab\n\n#no\n\n## F and G#').sections.map(
      ({ heading }) => heading,
    );
    expect(headings).toEqual(['One', 'C#', 'Two #', 'Tab', 'F and G#']);
  });

  it('uses the first heading as the title when the front matter has none', () => {
    expect(readMarkdown('# 储能简报\n\n一句话\n第二行。\n\n## 小节\n内容')).toEqual({
      title: '储能简报',
      date: null,
      sections: [
        { heading: null, paragraphs: ['一句话第二行。'] },
        { heading: '小节', paragraphs: ['内容'] },
      ],
    });
  });

  it('decodes every HTML reference, and windows-1252 numbers', () => {
    expect(markdownToText('It&#146;s caf&eacute;: &pound;12 &#x96; &rdquo;\\&eacute;\\&amp; R&D, `x`')).toBe(
      'It’s café: £12 – ”&eacute;&amp; R&D, x',
    );
  });

  it.each([
    '['.repeat(200_000),
    '*a'.repeat(100_000),
    '<a'.repeat(100_000),
    '<!--'.repeat(50_000),
    '`'.repeat(200_000),
    '[a]('.repeat(50_000),
    '|-'.repeat(100_000),
    '_'.repeat(200_000),
    '> '.repeat(100_000),
    '- '.repeat(100_000),
    `# a${' '.repeat(50_000)}x`,
    `# a${' #'.repeat(50_000)}x`,
    'a\n'.repeat(200_000),
  ])('is not slowed down by hostile input (%#)', (hostile) => {
    const before = process.threadCpuUsage();
    readMarkdown(hostile);
    expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000); // µs of CPU: other processes do not change it
  });
});

describe('escapeMarkdown', () => {
  it('reads back as the same characters', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '*',
        '_',
        '[',
        ']',
        '(',
        ')',
        '<b>',
        '`',
        '\\',
        '|',
        '~~',
        '&amp;',
        '#',
        '1. ',
        '- ',
        '> ',
        '词',
        '![',
        '[^1]',
        '===',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('').replace(/\s+/gu, ' ').trim();
        fc.pre(/^[\p{L}\p{N}]/u.test(text));
        expect(markdownToText(escapeMarkdown(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
