import { describe, expect, it } from '@jest/globals';
import { MarkdownRenderThread, RenderBusyError } from './markdown-render-thread.ts';

const render = (thread: MarkdownRenderThread, markdown: string): Promise<string | null> => thread.render({ markdown, language: 'en' });
/** Takes minutes and gigabytes: quadratic in the nesting depth. */
const ENDLESS = `${'1. '.repeat(30_000)}x`;

describe('MarkdownRenderThread', () => {
  it('stops a text at its deadline, and renders the waiting ones', async () => {
    const thread = new MarkdownRenderThread({ deadlineMs: 500, answerMs: 20_000, memoryMb: 1_024 });
    await render(thread, 'warm up');
    const results = await Promise.all([render(thread, '*a*'), render(thread, ENDLESS), render(thread, '*b*')]);
    expect(results).toEqual(['<p><em>a</em></p>', null, '<p><em>b</em></p>']);
  });

  it('renders a short text before the long ones that waited longer', async () => {
    const thread = new MarkdownRenderThread({ deadlineMs: 500, answerMs: 20_000, memoryMb: 1_024 });
    await render(thread, 'warm up');
    const ended: string[] = [];
    const note = (name: string, result: Promise<unknown>): Promise<unknown> => result.finally(() => ended.push(name));
    const long = [1, 2, 3].map((n) => note(`long ${n}`, render(thread, ENDLESS)));
    await Promise.all([...long, note('short', render(thread, '*a*'))]);
    expect(ended).toEqual(['long 1', 'short', 'long 2', 'long 3']);
  });

  it('fails a text that waits too long, and renders the next ones', async () => {
    const thread = new MarkdownRenderThread({ deadlineMs: 2_000, answerMs: 3_000, memoryMb: 1_024 });
    await render(thread, 'warm up');
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => render(thread, ENDLESS)));
    expect(results[0]).toEqual({ status: 'fulfilled', value: null });
    for (const late of results.slice(1)) expect(late).toEqual({ status: 'rejected', reason: expect.any(RenderBusyError) });
    // The text before it is still rendered until its deadline, and a busy machine starts the next thread slowly.
    const rendered = (): Promise<string | null> =>
      render(thread, 'fine').catch((error: unknown) => (error instanceof RenderBusyError ? rendered() : Promise.reject(error as Error)));
    expect(await rendered()).toBe('<p>fine</p>');
  });

  it('survives a text that needs too much memory', async () => {
    const thread = new MarkdownRenderThread({ deadlineMs: 20_000, answerMs: 30_000, memoryMb: 32 });
    expect(await render(thread, `${'[a](b) *c* '.repeat(60_000)}`)).toBeNull();
    expect(await render(thread, 'fine')).toBe('<p>fine</p>');
  });
});
