import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { HttpAdapter } from '../../src/app/http/http-adapter.ts';
import { type MiniApp, startMiniApp } from './mini-app.ts';

let mini: MiniApp;
beforeAll(async () => {
  mini = await startMiniApp({}, 300);
});
afterAll(() => mini.app.close());

it('answers a request whose handler never ends with 503 by the deadline, and logs its route', async () => {
  const started = performance.now();
  const { status, headers, body } = await mini.send('/things/never');
  expect(performance.now() - started).toBeLessThan(20_000); // the deadline of the API is 38 s
  expect([status, body.code, body.retryable, headers.get('retry-after')]).toEqual([503, 'no_answer_in_time', true, '5']);
  const line = mini.logLines.find((text) => text.includes(String(body.traceId)));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 40, path: '/things/never', code: 'no_answer_in_time' });
});

it('uses a deadline of 38 s by default', () => {
  expect((new HttpAdapter({ trustedProxy: undefined }).getInstance() as unknown as FastifyInstance).initialConfig).toMatchObject({
    handlerTimeout: 38_000,
  });
});
