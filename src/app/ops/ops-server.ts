import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HealthService, statusOf } from '../../monitoring/health/health.service.ts';
import type { MetricsService } from '../../monitoring/metrics/metrics.service.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Of a body that is text. */
  readonly contentType?: string;
}

/** Processes of one machine that share a value of OPS_PORT, at most. */
const PORTS_TRIED = 100;
/** Probes ask with one small request each; a connection that stays open without one is closed. */
const TIMES_MS = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000 };
const MAX_CONNECTIONS = 100;

/**
 * The HTTP port of every process in every role, for probes and monitoring. It is node:http without Nest, guards and
 * hooks: it must answer while the API is overloaded, and in a process that has no API.
 */
export class OpsServer {
  private readonly server: Server;
  private readonly routes: Readonly<Record<string, () => Promise<Reply>>>;

  constructor(health: HealthService, metrics: MetricsService) {
    this.routes = {
      '/health': () => Promise.resolve(detailsOf(health)),
      '/health/live': () => statusOf(health.liveWithLoops()),
      '/health/ready': () => statusOf(health.ready()),
      '/health/startup': () => statusOf(health.startup()),
      '/metrics': async () => ({ status: 200, body: await metrics.expose(), contentType: metrics.contentType }),
    };
    this.server = createServer(TIMES_MS, (request, response) => void this.answer(request, response));
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.unref();
  }

  /** Takes `port`, or the next of the 99 after it that is free; 0 takes any free one. Resolves with the address. */
  async listen(host: string, port: number): Promise<string> {
    for (let next = port; ; next++) {
      try {
        this.server.listen(next, host);
        await once(this.server, 'listening');
        break;
      } catch (error) {
        const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!taken || next - port + 1 >= PORTS_TRIED || next >= 65_535) throw error;
      }
    }
    const { address, family, port: taken } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, contentType } = await this.replyTo(request);
    const text = contentType === undefined ? `${JSON.stringify(body)}\n` : String(body);
    const type = contentType ?? (status === 200 || status === 503 ? 'application/json' : 'application/problem+json');
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  private async replyTo({ method, url = '/' }: IncomingMessage): Promise<Reply> {
    const route = this.routes[url.split('?', 1)[0] as string];
    if (!route) return problem(404, 'not_found', `This port has ${Object.keys(this.routes).join(', ')}.`);
    if (method !== 'GET' && method !== 'HEAD') return problem(405, 'method_not_allowed', 'This port answers GET and HEAD.');
    try {
      return await route();
    } catch {
      return problem(500, 'internal_error', 'The state of this process could not be determined.');
    }
  }
}

function detailsOf(health: HealthService): Reply {
  const body = health.details();
  return { status: body.status === 'down' ? 503 : 200, body };
}

function problem(status: number, code: string, title: string): Reply {
  return { status, body: { type: 'about:blank', title, status, code } };
}
