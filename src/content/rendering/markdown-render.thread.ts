/** Renders Markdown in a worker thread. A text that takes too much time or memory ends only this thread. */
import { parentPort } from 'node:worker_threads';
import { markdownToHtml } from './markdown-html.ts';
import type { RenderAnswer, RenderOrder } from './markdown-render-thread.ts';

const send = (answer: RenderAnswer): void => parentPort?.postMessage(answer);

parentPort?.on('message', ({ markdown, language }: RenderOrder) => {
  markdownToHtml(markdown, language).then(
    (html) => send({ html }),
    (error: unknown) => {
      // A RangeError is a stack overflow from deep nesting.
      if (error instanceof RangeError) send({ html: null });
      else throw error;
    },
  );
});
send({ ready: true });
