import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isOutage } from '../../src/platform/database/transient.ts';
import { type Page, type FeedSource, SseBroadcaster } from '../../src/platform/http/sse-broadcaster.ts';
import { sseFrame, SseStream } from '../../src/platform/http/sse-stream.ts';
import { waitFor } from '../support/wait-for.ts';
import { SseClient } from './sse-client.ts';

const PAGE = 20;

/** A growing list of numbers. */
class Numbers implements FeedSource<number> {
  readonly name = 'numbers';
  length = 0;
  bytes = 10;
  /** The last numbers that cannot be read yet. */
  unreadable = 0;
  failing: Error | undefined;
  readonly reads: number[][] = [];

  keyOf(position: number): string {
    return String(position);
  }

  read(positions: readonly number[]): Promise<Page<number>[]> {
    this.reads.push([...positions]);
    if (this.failing) return Promise.reject(this.failing);
    return Promise.resolve(positions.map((position) => this.page(position)));
  }

  private page(position: number): Page<number> {
    const end = Math.min(this.length - this.unreadable, position + PAGE);
    const numbers = Array.from({ length: end - position }, (_, i) => position + i + 1);
    const text = numbers.map((n) => sseFrame({ event: 'number', id: String(n), data: { n, fill: 'x'.repeat(this.bytes) } })).join('');
    return { text, position: end, more: end < this.length - this.unreadable, last: false, incomplete: this.unreadable > 0 };
  }
}

let source: Numbers;
let feed: SseBroadcaster<number>;
let server: Server;
let url: string;
let errors: unknown[];

beforeEach(async () => {
  source = new Numbers();
  errors = [];
  feed = new SseBroadcaster(
    source,
    () => undefined,
    (error) => errors.push(error),
  );
  feed.start();
  server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    feed.follow(new SseStream(response), Number(request.headers['last-event-id'] ?? 0));
  });
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  await feed.stop();
  server.closeAllConnections();
  await new Promise((ok) => server.close(ok));
});

const open = (after = 0): Promise<SseClient> => SseClient.open(url, { key: 'any', lastEventId: String(after) });
const numbersOf = (client: SseClient): unknown[] => client.events.map(({ data }) => data.n);
const upTo = (client: SseClient, n: number) => client.until('number', (data) => data.n === n);
const row = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('an SSE broadcaster', () => {
  it('replays page after page, then follows', async () => {
    source.length = 75;
    const [all, some] = [await open(), await open(50)];
    await Promise.all([upTo(all, 75), upTo(some, 75)]);
    source.length = 80;
    feed.wake();
    await Promise.all([upTo(all, 80), upTo(some, 80)]);
    expect([numbersOf(all), numbersOf(some)]).toEqual([row(1, 80), row(51, 80)]);
  });

  it('finds rows without a notification', async () => {
    const client = await open();
    await waitFor(() => Promise.resolve(source.reads.length > 0), { what: 'the first look' });
    source.length = 1;
    expect((await upTo(client, 1)).id).toBe('1');
  });

  it('looks again soon, and then less often, while a transaction is running', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    try {
      source.length = 1;
      source.unreadable = 1;
      const client = await open();
      await waitFor(() => Promise.resolve(source.reads.length >= 5), { what: 'five looks' });
      const pauses = timers.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== undefined && ms < 200);
      expect(pauses).toEqual(expect.arrayContaining([20, 40, 80, 160]));
      source.unreadable = 0;
      await upTo(client, 1);
    } finally {
      timers.mockRestore();
    }
  });

  it('reads once for all readers at the same position', async () => {
    source.length = 5;
    const clients = await Promise.all(row(1, 10).map(() => open()));
    await Promise.all(clients.map((client) => upTo(client, 5)));
    source.reads.length = 0;
    source.length = 6;
    feed.wake();
    await Promise.all(clients.map((client) => upTo(client, 6)));
    expect(source.reads[0]).toEqual([5]);
  });

  it('reads nothing without readers, and nothing for those who left', async () => {
    const client = await open();
    await waitFor(() => Promise.resolve(source.reads.length > 0), { what: 'the first look' });
    client.cut();
    await waitFor(() => Promise.resolve(feed.positions().length === 0), { what: 'the end of the stream' });
    const reads = source.reads.length;
    feed.wake();
    await new Promise((ok) => setImmediate(ok));
    expect(source.reads).toHaveLength(reads);
  });

  it('does not read for a slow client, continues for the others, and catches up later', async () => {
    source.length = 400;
    source.bytes = 50_000; // 20 MB in total: more than the buffers hold
    const slow = await open();
    slow.pause();
    const fast = await open(380);
    await upTo(fast, 400);
    await waitFor(
      async () => {
        const reads = source.reads.length;
        await new Promise((ok) => setTimeout(ok, 100));
        return source.reads.length === reads;
      },
      { what: 'the feed to rest' },
    );
    expect(Math.min(...feed.positions())).toBeLessThan(360);
    slow.response.resume();
    await upTo(slow, 400);
    expect(numbersOf(slow)).toEqual(row(1, 400));
  });

  it('continues after an outage, and reports each failed round as one', async () => {
    const client = await open();
    source.failing = Object.assign(new Error('Connection terminated'), { code: '57P01' });
    await waitFor(() => Promise.resolve(source.reads.length > 2), { what: 'failed rounds' });
    source.failing = undefined;
    source.length = 1;
    await upTo(client, 1);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every(isOutage)).toBe(true);
    expect(feed.loop.state).toMatchObject({ consecutiveErrors: 0, lastError: '57P01: Connection terminated' });
  });

  it('reports an error that is not an outage', async () => {
    source.failing = new Error('no such column');
    await open();
    await waitFor(() => Promise.resolve(errors.length > 0), { what: 'the error' });
    expect(errors[0]).toBe(source.failing);
  });
});
