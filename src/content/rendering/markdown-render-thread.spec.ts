import { describe, expect, it } from '@jest/globals';
import { MarkdownRenderThread } from './markdown-render-thread.ts';

const render = (thread: MarkdownRenderThread, markdown: string): Promise<string | null> => thread.render({ markdown, language: 'en' });
/** Takes minutes, and gigabytes: quadratic in the depth of nesting. */
const ENDLESS = `${'1. '.repeat(30_000)}x`;

describe('MarkdownRenderThread', () => {
  it('ends a text at its deadline, and renders those that waited', async () => {
    const thread = new MarkdownRenderThread({ deadlineMs: 500, memoryMb: 1_024 });
    await render(thread, 'warm up');
    const started = performance.now();
    const results = await Promise.all([render(thread, '*a*'), render(thread, ENDLESS), render(thread, '*b*')]);
    expect(results).toEqual(['<p><em>a</em></p>', null, '<p><em>b</em></p>']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('survives a text that needs too much memory', async () => {
    const thread = new MarkdownRenderThread({ deadlineMs: 20_000, memoryMb: 32 });
    expect(await render(thread, `${'[a](b) *c* '.repeat(60_000)}`)).toBeNull();
    expect(await render(thread, 'fine')).toBe('<p>fine</p>');
  });
});
