import { describe, expect, it } from '@jest/globals';
import { type ArticlePage, renderArticlePage } from './article-page.ts';

const page: ArticlePage = {
  title: 'Storage & the "grid" <2026>',
  summary: 'Twelve points',
  bodyHtml: '<h2>One</h2>\n<p>Text.</p>',
  language: 'en',
  kind: 'digest',
  accountName: 'Energy <b>Frontline</b>',
  wordCount: 1234,
  qualityScore: 96,
  coverSvg: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  publishedAt: '2026-04-02',
};

describe('renderArticlePage', () => {
  it('is a complete page in its language, with badges, cover and notes', () => {
    const html = renderArticlePage(page);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<meta charset="utf-8">');
    expect(html).toContain('<li class="kind">Digest</li><li>1,234 words</li>');
    expect(html).toContain('Quality 96/100');
    expect(html).toContain('<time datetime="2026-04-02">');
    expect(html).toMatch(/<img class="cover" alt="" [^>]*src="data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+">/);
    expect(html).toContain('</header>\n<h2>One</h2>\n<p>Text.</p>\n</article>');
    const chinese = renderArticlePage({ ...page, language: 'zh', kind: 'brief', qualityScore: null });
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('写作提纲 · 非成稿');
    expect(chinese).not.toContain('质量');
  });

  it('escapes every field and contains no scripts', () => {
    const hostile = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>";
    const html = renderArticlePage({
      ...page,
      title: hostile,
      summary: hostile,
      accountName: hostile,
      publishedAt: hostile,
    });
    expect(html).not.toMatch(/<script/i);
    expect(html.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+=/i);
    expect(html.match(/<title>[^<]*<\/title>/)?.[0]).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
  });

  it('works without a cover and a date', () => {
    const html = renderArticlePage({ ...page, coverSvg: null, publishedAt: null });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<time');
  });
});
