/** Renders Markdown in a thread of its own: a text that costs too much time or memory ends this thread and nothing else. */
import { parentPort } from 'node:worker_threads';
import { markdownToHtml } from './markdown-html.ts';
import type { RenderAnswer, RenderOrder } from './markdown-render-thread.ts';

const send = (answer: RenderAnswer): void => parentPort?.postMessage(answer);

parentPort?.on('message', ({ markdown, language }: RenderOrder) => {
  markdownToHtml(markdown, language).then(
    (html) => send({ html }),
    (error: unknown) => {
      // A RangeError means: nested deeper than the stack.
      if (error instanceof RangeError) send({ html: null });
      else throw error;
    },
  );
});
send({ ready: true });
