import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { timerMs } from '../../core/time/timer-ms.ts';
import { AuthGuard } from '../auth/auth.guard.ts';
import type { Permission } from '../auth/permissions.ts';
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
  /** From this age on a stream gives its place to a new one of the same key. */
  replaceable: number;
  /** A stream is closed at this age (± 10 %), and its client opens it again. */
  lifetime: number;
}

export const SSE_TIMES = Symbol('SseTimes');
/**
 * A client that vanished (no power, no network) acknowledges nothing, and Node does not see that: the kernel takes
 * heartbeats for about 15 minutes before it gives up. So age bounds what such a stream costs: 30 s until its place is free
 * for another, 5 minutes until it is closed.
 */
export const DEFAULT_SSE_TIMES: SseTimes = {
  look: 2_500,
  heartbeat: 12_500,
  recheck: 25_000,
  blocked: 30_000,
  replaceable: 30_000,
  lifetime: 300_000,
};

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
  /** Of the route that opened the stream. */
  permission: Permission;
  authorization: string | undefined;
  openedAt: number;
  lifetime: number;
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
   * The sixth stream of a key replaces the oldest.
   * @throws {ProblemError} 429 when all five are younger than 30 s, 503 while the process drains.
   */
  open(request: AuthenticatedRequest, reply: FastifyReply): SseStream {
    const { principal, requiredPermission: permission } = request;
    if (!principal || !permission) throw new Error('an event stream in a public route, which has no principal');
    if (this.draining.active) throw ProblemError.unavailable('draining', 'This process is shutting down.', { retryAfter: 1 });
    this.makeRoomFor(principal);
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...HEAD }))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200);
    const stream = new SseStream(response);
    if (request.method === 'HEAD') stream.end();
    const openedAt = performance.now();
    const lifetime = this.times.lifetime * (0.9 + Math.random() / 5);
    const entry: Entry = {
      stream,
      principal,
      permission,
      authorization: request.headers.authorization,
      openedAt,
      lifetime,
      checkedAt: openedAt,
    };
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

  /** Only an old stream gives way: six live clients that take each other's places would else do so at every reconnection. */
  private makeRoomFor({ id }: Principal): void {
    const own = [...this.entries].filter(({ principal, stream }) => principal.id === id && stream.open);
    const [oldest] = own; // a Set keeps the order of insertion
    if (oldest === undefined || own.length < STREAMS_PER_KEY) return;
    const waitMs = this.times.replaceable - (performance.now() - oldest.openedAt);
    if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1_000));
    oldest.stream.close('replaced');
  }

  private remove(entry: Entry): void {
    this.entries.delete(entry);
    if (this.entries.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private endAll(): void {
    for (const { stream } of this.entries) stream.close('shutdown');
  }

  private look(): void {
    for (const entry of this.entries) {
      const { stream } = entry;
      if (stream.blockedMs >= this.times.blocked) stream.cut();
      else if (performance.now() - entry.openedAt >= entry.lifetime) stream.close('recycled');
      else if (stream.ready && stream.idleMs >= this.times.heartbeat) stream.send(':\n\n');
      if (performance.now() - entry.checkedAt >= this.times.recheck) void this.recheck(entry);
    }
  }

  /** Ends the stream of a key that was revoked or has expired. A database that does not answer proves nothing. */
  private async recheck(entry: Entry): Promise<void> {
    entry.checkedAt = performance.now();
    try {
      await this.guard.authorize(entry.authorization, entry.permission);
    } catch (error) {
      if (error instanceof ProblemError) entry.stream.close(error.code);
    }
  }
}

function tooMany(retryAfter: number): ProblemError {
  return new ProblemError(429, 'too_many_streams', `A key may have ${STREAMS_PER_KEY} event streams at once.`, {
    detail: 'Close one, share one between your windows, or wait: a stream older than 30 s gives way to a new one.',
    retryable: true,
    headers: { 'retry-after': String(retryAfter) },
  });
}
