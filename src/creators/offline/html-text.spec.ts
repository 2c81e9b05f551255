import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeText } from '../../core/text/decode-text.ts';
import { readHtml } from './html-text.ts';

const paragraphs = (html: string): string[] => readHtml(html).sections.flatMap((section) => section.paragraphs);

describe('readHtml', () => {
  it('reads prose by headings and drops everything else', () => {
    const page = readHtml(`<!doctype html><html><head><title>A &amp; B</title><style>p{}</style></head><body>
      <nav><p>Menu</p></nav><h1>Head<b>ing</b></h1><p>First&nbsp;<a href="x">link</a>.<br>Second &#8220;line&#x201d;.</p>
      <script>if (a < b) { document.write("<p>no</p>") }</script><ul><li>One<li>Two</ul><table><tr><td>cell</td></tr></table>
      <!-- <p>hidden</p> --><aside>ad<aside>inner</aside></aside><h2>Next</h2>Text</body></html>`);
    expect(page).toEqual({
      title: 'A & B',
      sections: [
        { heading: 'Heading', paragraphs: ['First link.', 'Second “line”.', 'One', 'Two'] },
        { heading: 'Next', paragraphs: ['Text'] },
      ],
    });
  });

  it('decodes all character references, and windows-1252 numbers', () => {
    expect(paragraphs('<p>Chlo&eacute;&#146;s r&eacute;sum&eacute; &pound;12 &ndash; 3&deg; &copy 2026, AT&T</p>')).toEqual([
      'Chloé’s résumé £12 – 3° © 2026, AT&T',
    ]);
  });

  it('reads a page in windows-1252', () => {
    const page = readHtml(decodeText(readFileSync('test/fixtures/sources/page-windows-1252.html')));
    expect(page.title).toBe('Café notes');
    expect(page.sections[0]?.paragraphs.slice(0, 4)).toEqual([
      'The café of the museum in Lyon reopened in 2024 after a £12 million renovation.',
      'It’s the first façade in Lyon that was restored with money from 31 countries.',
      'Beyoncé’s tour brought 40000 visitors to Lyon during the first month of the season.',
      'The mayor of Lyon said the “second wing” near the station would follow in 2027.',
    ]);
  });

  it('reads only the article of a page that has one', () => {
    const page = '<header>Site</header><div>We use cookies.</div><main><h1>T</h1><article><p>Text.</p></article></main><div>Teaser</div>';
    expect(readHtml(page).sections).toEqual([{ heading: 'T', paragraphs: ['Text.'] }]);
    expect(paragraphs('<main></main><p>Text.</p>')).toEqual(['Text.']);
  });

  it.each([
    ['<p title="a > b">x</p>', ['x']],
    ["<p title='a > b' class=c>x</p>", ['x']],
    ['<p title="open>x</p>', ['x']],
    ["<p>It's <b>don't</b></p>", ["It's don't"]],
    ['<p>if a < b then</p>', ['if a < b then']],
    ['<script>var s = "<script>";</script><p>x</p>', ['x']],
    ['<SCRIPT>no</SCRIPT><P>x</P>', ['x']],
    ['<div hidden>no<div>no</div></div><div role="navigation">no</div><p aria-hidden="true">no</p><p>x</p>', ['x']],
    ['<form><p>x</p><label>no</label><select><option>no</select></form>', ['x']],
    ['<img alt="no" hidden><p>x</p>', ['x']],
    ['<p>x<svg><title>no</title></svg>y</p>', ['x', 'y']],
  ])('reads %s', (html, text) => {
    expect(paragraphs(html)).toEqual(text);
  });

  it.each([
    '<script>'.repeat(100_000),
    '<'.repeat(500_000),
    '<!--'.repeat(100_000),
    '<p'.repeat(200_000),
    '&#'.repeat(200_000),
    '<p>'.repeat(200_000),
    '<p a="'.repeat(100_000),
    '<p a="\''.repeat(100_000),
    `<p a=${' '.repeat(400_000)}`,
    '<script></scrip'.repeat(50_000),
    `<p ${'hidden'.repeat(100_000)}>`,
    '<article>'.repeat(100_000),
    '&amp'.repeat(100_000),
  ])('takes linear time for hostile input (%#)', (hostile) => {
    const before = process.threadCpuUsage();
    readHtml(hostile);
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_500_000); // µs of CPU: other processes do not change it
  });
});
