import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { timerMs } from '../../core/time/timer-ms.ts';
import { AuthGuard } from '../auth/auth.guard.ts';
import { type Credentials, credentialsOf } from '../auth/authenticator.ts';
import type { Permission } from '../auth/permissions.ts';
import type { AuthenticatedRequest, Principal } from '../auth/principal.ts';
import { Draining } from '../lifecycle/drain.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { ProblemError } from './problem.ts';
import { sseFrame, SseStream } from './sse-stream.ts';

/** Milliseconds. */
export interface SseTimes {
  /** Interval of the checks of all streams. */
  look: number;
  /** An idle stream gets a heartbeat after this time: proxies keep it open, and the client can tell silence from a lost connection. */
  heartbeat: number;
  /** Interval of key look-ups. A look-up may be 30 s old, and a revoked key must see no events after a minute. */
  recheck: number;
  /** A client that has read nothing for this long is disconnected. */
  blocked: number;
  /** From this age on, a stream is replaced by a new one of the same key. */
  replaceable: number;
  /** A stream is closed at this age (± 10 %), and its client reconnects. */
  lifetime: number;
}

export const SSE_TIMES = Symbol('SseTimes');
/**
 * A client that vanished (no power, no network) sends no acknowledgements, and Node does not notice: the kernel
 * buffers heartbeats for about 15 minutes. Age therefore bounds such a stream: its place is free for another stream
 * after 30 s, and it is closed after 5 minutes.
 */
export const DEFAULT_SSE_TIMES: SseTimes = {
  look: 2_500,
  heartbeat: 12_500,
  recheck: 25_000,
  blocked: 30_000,
  replaceable: 30_000,
  lifetime: 300_000,
};

/** Browsers open six connections to a host. Clients with more tabs must share one stream. */
const STREAMS_PER_KEY = 5;
const RETRY_MS = 2_000;
/** An event, because browsers do not report comments to a page. Without an id, so that the client keeps its position. */
const HEARTBEAT = sseFrame({ event: 'heartbeat', data: {} });
const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform', // a compressing proxy would buffer events
  'x-accel-buffering': 'no',
  connection: 'close', // a reconnect may reach another process
};

interface Entry {
  stream: SseStream;
  principal: Principal;
  /** Of the route that opened the stream. */
  permission: Permission;
  credentials: Credentials;
  openedAt: number;
  lifetime: number;
  checkedAt: number;
}

/** All open event streams of this process: their number per key or session, heartbeats and closing. */
@Injectable()
export class SseRegistry implements OnModuleDestroy {
  private readonly entries = new Set<Entry>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly guard: AuthGuard,
    private readonly draining: Draining,
    @Inject(SSE_TIMES) private readonly times: SseTimes,
    metrics: Metrics,
  ) {
    metrics.gauge('contenthub_sse_clients', 'Open event streams of this process.', [], () => [[{}, this.entries.size]]);
    draining.onBegin(() => this.endAll());
  }

  /**
   * Begins the answer; later errors can only end the stream. The sixth stream of a key replaces the oldest.
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
      credentials: credentialsOf(request.headers),
      openedAt,
      lifetime,
      checkedAt: openedAt,
    };
    this.entries.add(entry);
    // Only the response reports every end. The request closes when its body has been read.
    stream.onClose(() => this.remove(entry));
    // Random delays, so that clients that were disconnected together do not reconnect together.
    stream.send(`retry: ${RETRY_MS + Math.floor(Math.random() * RETRY_MS)}\n\n`);
    this.timer ??= setInterval(() => this.look(), timerMs(this.times.look));
    return stream;
  }

  onModuleDestroy(): void {
    this.endAll();
  }

  /** Only an old stream is replaced: otherwise six live clients would replace each other at every reconnect. */
  private makeRoomFor(principal: Principal): void {
    const own = [...this.entries].filter((entry) => counterOf(entry.principal) === counterOf(principal) && entry.stream.open);
    const [oldest] = own; // a Set keeps the insertion order
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
      else if (stream.ready && stream.idleMs >= this.times.heartbeat) stream.send(HEARTBEAT);
      if (performance.now() - entry.checkedAt >= this.times.recheck) void this.recheck(entry);
    }
  }

  /** Ends the stream of a revoked or expired key, or of a session that ended. Without an answer of the database it stays open. */
  private async recheck(entry: Entry): Promise<void> {
    entry.checkedAt = performance.now();
    try {
      await this.guard.authorize(entry.credentials, entry.permission);
    } catch (error) {
      if (error instanceof ProblemError) entry.stream.close(error.code);
    }
  }
}

/** Streams are counted for each session, because a user may have several browsers, and otherwise for each key. */
function counterOf({ id, session }: Principal): string {
  return session?.id ?? id;
}

function tooMany(retryAfter: number): ProblemError {
  return new ProblemError(429, 'too_many_streams', `A key or session may have ${STREAMS_PER_KEY} event streams at once.`, {
    detail: 'Close one, share one between your windows, or wait: a new stream replaces one that is older than 30 s.',
    retryable: true,
    headers: { 'retry-after': String(retryAfter) },
  });
}
