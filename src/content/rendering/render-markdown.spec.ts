import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeMarkdown } from '../../core/text/markdown-text.ts';
import { renderMarkdown } from './render-markdown.ts';

describe('renderMarkdown', () => {
  it('renders GFM with footnotes in both directions', async () => {
    const html = await renderMarkdown(
      'A ~~b~~ **c**[^1] and again[^1].\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n[^1]: Where it stands',
      'en',
    );
    expect(html).toContain('<del>b</del> <strong>c</strong>');
    expect(html).toContain('<td>2</td>');
    expect(html).toContain('<input type="checkbox" checked disabled>');
    expect(html).toMatch(/<a href="#note-fn-1" id="note-fnref-1" data-footnote-ref/);
    expect(html).toMatch(/<a href="#note-fn-1" id="note-fnref-1-2"/);
    expect(html).toMatch(/<li id="note-fn-1">/);
    expect(html).toMatch(/href="#note-fnref-1"[^>]*aria-label="Back to reference 1"/);
    expect(html).toContain('>Notes</h2>');
    expect(await renderMarkdown('甲[^1]\n\n[^1]: 乙', 'zh')).toContain('>注释</h2>');
  });

  it.each([
    '<script>alert(1)</script>',
    '<ScRiPt src=//evil.example></sCrIpT>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)><script>alert(1)</script></svg>',
    '<iframe src="https://evil.example"></iframe>',
    '<style>body{display:none}</style>',
    '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
    '<form action="https://evil.example"><input name=password></form>',
    '<object data="x"></object><embed src="x"><base href="//evil"><meta http-equiv="refresh" content="0">',
    'text <b onmouseover=alert(1)>bold</b>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](vbscript:msgbox(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '![x](data:image/svg+xml;base64,PHN2Zz4=)',
    '![x](javascript:alert(1))',
    '<javascript:alert(1)>',
    '[x][y]\n\n[y]: javascript:alert(1)',
    '![x](https://e.example/"onerror="alert(1))',
    '[x](https://e.example "t" onclick="alert(1)")',
    '[^1]: <img src=x onerror=alert(1)>\n\nsee[^1]',
    '<!-- --><script>alert(1)</script>',
  ])('renders nothing that can run: %s', async (hostile) => {
    const html = await renderMarkdown(`before\n\n${hostile}\n\nafter`, 'en');
    const tags = html.match(/<[^>]+>/g) ?? [];
    expect(tags.join('')).not.toMatch(/<(?:script|svg|iframe|style|form|object|embed|base|meta|link)\b/i);
    expect(tags.join('')).not.toMatch(/\son\w+\s*=/i);
    expect(tags.join('')).not.toMatch(/(?:href|src)\s*=\s*["']?\s*(?:javascript|data|vbscript):/i);
    expect(html).toContain('before');
  });

  it('marks external links', async () => {
    const html = await renderMarkdown(
      '[a](https://e.example) [b](//e.example) [c](/here) [d](#there) [e](mailto:a@e.example) https://bare.example',
      'en',
    );
    expect(html.match(/<a [^>]*>/g)).toEqual([
      '<a href="https://e.example" rel="nofollow noopener">',
      '<a href="//e.example" rel="nofollow noopener">',
      '<a href="/here">',
      '<a href="#there">',
      '<a href="mailto:a@e.example">',
      '<a href="https://bare.example" rel="nofollow noopener">',
    ]);
  });

  it.each([
    ['nested quotes', '> '.repeat(5_000)],
    ['nested quotes without spaces', '>'.repeat(20_000)],
    ['nested lists', '- '.repeat(2_000)],
    ['nested numbered lists', '1. '.repeat(3_500)],
    ['nested lists and quotes', '- > '.repeat(1_000)],
    ['a nested list in a long text', `# Title\n\nWords.\n\n${'* '.repeat(100)}`],
    ['a million characters', 'word '.repeat(200_000)],
    ['emphasis without end', '*a'.repeat(50_000)],
    ['a table that would unfold', `${'|a'.repeat(3000)}\n${'|-'.repeat(3000)}\n${'|\n'.repeat(300)}`],
  ])('returns %s as plain text at once', async (_, hostile) => {
    const before = process.threadCpuUsage();
    const html = await renderMarkdown(`${hostile}<b>deep</b>`, 'en');
    expect(process.threadCpuUsage(before).user).toBeLessThan(500_000); // µs of CPU: other processes do not change it
    expect(html).toMatch(/^<pre>/);
    expect(html).toContain('&lt;b&gt;deep&lt;/b&gt;');
  });

  it.each([
    ['list items one below the other', '- word\n'.repeat(300), '<li>word</li>'],
    ['four levels', '> - 1. - deep', '<li>deep</li>'],
    ['a line of dashes', '- - -', '<hr>'],
    ['a sum', '1 - 2 - 3 > 4', '<p>1 - 2 - 3 > 4</p>'],
  ])('renders %s', async (_, markdown, part) => {
    expect(await renderMarkdown(markdown, 'en')).toContain(part);
  });

  it.each([
    ['brackets', '['.repeat(10_000)],
    ['images', '!['.repeat(10_000)],
    ['half links', '[a]('.repeat(10_000)],
    ['footnotes', '[^a'.repeat(10_000)],
    ['references', '[a]'.repeat(20_000)],
    ['definitions', '[a]: b\n'.repeat(5_000)],
    ['emphasis', '*a _b '.repeat(2_500)],
    ['code marks', Array.from({ length: 300 }, (__, n) => '`'.repeat(n)).join(' ')],
    ['comments', `${'<!--'.repeat(20_000)}-->`],
    ['tags', '<a '.repeat(10_000)],
    ['lazy lines', `${'> '.repeat(50)}a\n`.repeat(500)],
    ['indented lists', Array.from({ length: 200 }, (__, n) => `${'  '.repeat(n)}- a`).join('\n')],
    ['entities', '&#'.repeat(20_000)],
  ])('neither blocks nor ends the process with %s', async (_, hostile) => {
    const before = process.threadCpuUsage();
    const html = await renderMarkdown(`${hostile}\n\nafter`, 'en');
    expect(html).toContain('after');
    expect(process.threadCpuUsage(before).user).toBeLessThan(500_000); // the rest was done by another thread
  });

  it('shows escaped text unchanged, for any text', async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '*',
        '_',
        '[',
        ']',
        '(x)',
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
        '</p>',
        '===',
        '<script>',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        const text = pieces
          .join('')
          .replace(/[\s\p{Cc}]+/gu, ' ')
          .trim();
        fc.pre(text !== '' && !/[@:]|www\.|~/.test(text));
        const html = await renderMarkdown(`- ${escapeMarkdown(text)}`, 'en');
        expect(textOf(html)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

function textOf(html: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return html
    .replace(/<[^>]+>/g, '')
    .replace(/&(?:#x([\da-f]+)|(\w+));/gi, (whole, hex?: string, name?: string) =>
      hex === undefined ? (named[name ?? ''] ?? whole) : String.fromCodePoint(Number.parseInt(hex, 16)),
    )
    .trim();
}
