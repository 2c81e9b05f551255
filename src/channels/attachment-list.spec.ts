import { describe, expect, it } from '@jest/globals';
import { withAssetAddresses } from './asset-addresses.ts';
import { attachmentList, attachmentMarkdown, skippedFilesWarning } from './attachment-list.ts';
import type { PackageFile } from './publish-package.ts';

const file = (name: string, title: string, bytes: number, mediaType: PackageFile['mediaType'] = 'text/csv'): PackageFile => ({
  name,
  title,
  bytes,
  mediaType,
  sha256: '0'.repeat(64),
});
const FILES = [
  file('a.csv', 'Rows <&> [1].csv', 1),
  file('b.pdf', '报告.pdf', 1_500_000, 'application/pdf'),
  file('c.jpg', 'c', 2_000, 'image/jpeg'),
];

describe('the files of a package', () => {
  it('are a list of links; a file without an address is only named', () => {
    const html = attachmentList({ language: 'zh', attachments: FILES }, (name) =>
      name === 'c.jpg' ? undefined : `https://x.example/${name}?a&b`,
    );
    expect(html).toBe(`
<section class="attachments">
<h2>附件</h2>
<ul>
<li><a href="https://x.example/a.csv?a&amp;b">Rows &lt;&amp;&gt; [1].csv</a> (CSV, 1 B)</li>
<li><a href="https://x.example/b.pdf?a&amp;b">报告.pdf</a> (PDF, 1.4 MB)</li>
<li>c (JPG, 2 KB)</li>
</ul>
</section>`);
  });

  it('are a list in Markdown, whose titles are only text', () => {
    expect(attachmentMarkdown({ language: 'en', attachments: FILES.slice(0, 1) }, 'assets')).toBe(
      '\n## Attachments\n\n- [Rows \\<&\\> \\[1\\].csv](assets/a.csv)\n',
    );
  });

  it('are nothing for a package without files, as one that was frozen before there were any', () => {
    for (const content of [{ language: 'en' as const }, { language: 'en' as const, attachments: [] }])
      expect([attachmentList(content, () => 'x'), attachmentMarkdown(content, 'assets'), skippedFilesWarning(content, 'Ghost')]).toEqual([
        '',
        '',
        [],
      ]);
  });

  it('are named where a channel has no place for them', () => {
    expect(skippedFilesWarning({ attachments: FILES }, 'Ghost')).toEqual(['Ghost takes no attached files: a.csv, b.pdf, c.jpg.']);
  });
});

it('withAssetAddresses replaces references of the text that have an address', () => {
  const html = '<img src="assets/c.png"><a href="assets/r.pdf">r</a><a href="assets/unknown.pdf">u</a><code>src="assets/c.png"</code>';
  const addresses = new Map([
    ['c.png', 'https://x.example/c.png'],
    ['r.pdf', 'https://x.example/r.pdf'],
  ]);
  expect(withAssetAddresses(html, addresses)).toBe(
    '<img src="https://x.example/c.png"><a href="https://x.example/r.pdf">r</a><a href="assets/unknown.pdf">u</a><code>src="assets/c.png"</code>',
  );
});
