import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { timerMs } from '../../core/time/timer-ms.ts';
import { AuthGuard } from '../auth/auth.guard.ts';
import type { AuthenticatedRequest, Principal } from '../auth/principal.ts';
import { Draining } from '../lifecycle/drain.ts';
import { ProblemError } from './problem.ts';
import { SseStream } from './sse-stream.ts';

/** Milliseconds. */
export interface SseTimes {
  /** How often all streams are looked at. */
  look: number;
  /** A stream as silent as this gets a comment, so that no proxy takes it for dead. */
  heartbeat: number;
  /** A key is looked up anew; its answer may be 30 s old, and a revoked key shall see nothing after a minute. */
  recheck: number;
  /** A client that has taken nothing for as long is cut off. */
  blocked: number;
}

export const SSE_TIMES = Symbol('SseTimes');
export const DEFAULT_SSE_TIMES: SseTimes = { look: 2_500, heartbeat: 12_500, recheck: 25_000, blocked: 30_000 };

/** Browsers open six connections to a host; who needs more tabs shares one stream. */
const STREAMS_PER_KEY = 5;
const RETRY_MS = 2_000;
const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform', // a proxy that compresses holds events back
  'x-accel-buffering': 'no',
  connection: 'close', // whoever reconnects may find another process
};

interface Entry {
  stream: SseStream;
  principal: Principal;
  authorization: string | undefined;
  checkedAt: number;
}

/** All open event streams of this process: who may have one, that they stay alive, and that they end. */
@Injectable()
export class SseRegistry implements OnModuleDestroy {
  private readonly entries = new Set<Entry>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly guard: AuthGuard,
    private readonly draining: Draining,
    @Inject(SSE_TIMES) private readonly times: SseTimes,
  ) {
    draining.onBegin(() => this.endAll());
  }

  /**
   * Begins the answer; from here on errors can only end the stream.
   * @throws {ProblemError} 429 beyond five streams of a key, 503 while the process drains.
   */
  open(request: AuthenticatedRequest, reply: FastifyReply): SseStream {
    const { principal } = request;
    if (!principal) throw new Error('an event stream in a public route: its key has to be known');
    if (this.draining.active) throw ProblemError.unavailable('draining', 'This process is shutting down.', { retryAfter: 1 });
    if (this.countOf(principal) >= STREAMS_PER_KEY) throw tooMany();
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...HEAD }))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200);
    const stream = new SseStream(response);
    if (request.method === 'HEAD') stream.end();
    const entry: Entry = { stream, principal, authorization: request.headers.authorization, checkedAt: performance.now() };
    this.entries.add(entry);
    // Only the response tells of every end: the request's own close comes when its body has been read.
    stream.onClose(() => this.remove(entry));
    // Clients that were cut off together do not come back together.
    stream.send(`retry: ${RETRY_MS + Math.floor(Math.random() * RETRY_MS)}\n\n`);
    this.timer ??= setInterval(() => this.look(), timerMs(this.times.look));
    return stream;
  }

  onModuleDestroy(): void {
    this.endAll();
  }

  private countOf({ id }: Principal): number {
    return [...this.entries].filter(({ principal }) => principal.id === id).length;
  }

  private remove(entry: Entry): void {
    this.entries.delete(entry);
    if (this.entries.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private endAll(): void {
    for (const { stream } of this.entries) stream.bye('shutdown');
  }

  private look(): void {
    for (const entry of this.entries) {
      const { stream } = entry;
      if (stream.blockedFor >= this.times.blocked) stream.cut();
      else if (stream.ready && stream.silentFor >= this.times.heartbeat) stream.send(':\n\n');
      if (performance.now() - entry.checkedAt >= this.times.recheck) void this.recheck(entry);
    }
  }

  /** Ends the stream of a key that was revoked or has expired. A database that does not answer proves nothing. */
  private async recheck(entry: Entry): Promise<void> {
    entry.checkedAt = performance.now();
    try {
      await this.guard.admit(entry.authorization, entry.principal.role);
    } catch (error) {
      if (error instanceof ProblemError) entry.stream.bye(error.code);
    }
  }
}

function tooMany(): ProblemError {
  return new ProblemError(429, 'too_many_streams', `A key may have ${STREAMS_PER_KEY} event streams at once.`, {
    detail: 'Close one, or share one between your windows.',
    retryable: true,
    headers: { 'retry-after': '5' },
  });
}
