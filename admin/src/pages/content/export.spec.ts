import { expect, it } from '@jest/globals';
import { asHtml, asMarkdown, fileNameOf } from './export.ts';

const content = { title: 'A < B', summary: 'One.\nTwo.', bodyMarkdown: 'Text.', bodyHtml: '<p>Text.</p>', language: 'en' } as never;

it('names the file by the title, without what file systems refuse', () => {
  expect(fileNameOf('What: a/b?', 'md')).toBe('What a b.md');
  expect(fileNameOf('???', 'html')).toBe('content.html');
});

it('writes the title and the summary before the text', () => {
  expect(asMarkdown(content)).toBe('# A < B\n\n> One.\n> Two.\n\nText.\n');
  expect(asHtml(content)).toContain('<h1>A &lt; B</h1>\n<p>One.\nTwo.</p>\n<p>Text.</p>');
});
