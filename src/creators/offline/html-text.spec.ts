import { describe, expect, it } from '@jest/globals';
import { readHtml } from './html-text.ts';

describe('readHtml', () => {
  it('reads prose by headings and leaves the rest', () => {
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

  it.each([
    '<script>'.repeat(100_000),
    '<'.repeat(500_000),
    '<!--'.repeat(100_000),
    '<p'.repeat(200_000),
    '&#'.repeat(200_000),
    '<p>'.repeat(200_000),
  ])('is linear in hostile input (%#)', (hostile) => {
    const started = performance.now();
    readHtml(hostile);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
