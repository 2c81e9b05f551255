import type { FastifyInstance } from 'fastify';
import { currentTraceContext } from '../../telemetry/tracing/trace-scope.ts';
import type { AuthenticatedRequest } from '../principal.ts';

/** A larger answer, such as a page of items, is not compared. */
const MAX_BYTES = 1_000_000;
/** They decide who reads, and which host is asked. */
const FORWARDED = ['authorization', 'cookie', 'host'] as const;

/**
 * Reads the object of a request as its sender sees it: by the GET route of the same path, or without the last part, which
 * names the action (`/queues/content/pause`). Such an answer shows no secret, and needs no knowledge of what the routes change.
 */
export class AuditedObject {
  private constructor(
    private readonly server: FastifyInstance,
    private readonly path: string,
    private readonly request: AuthenticatedRequest,
  ) {}

  /** Undefined for a request that has no such route, such as one that creates an object. */
  static of(request: AuthenticatedRequest): AuditedObject | undefined {
    const { server, method } = request;
    const [path = ''] = request.url.split('?', 1);
    const route = request.routeOptions.url ?? '';
    if (isObject(server, route)) return new AuditedObject(server, path, request);
    const parent = withoutLastPart(route);
    return method === 'POST' && isObject(server, parent) ? new AuditedObject(server, withoutLastPart(path), request) : undefined;
  }

  /** Null when it does not exist, or cannot be read. */
  async read(): Promise<object | null> {
    const { request } = this;
    const headers = Object.fromEntries(FORWARDED.map((name) => [name, request.headers[name]]).filter(([, value]) => value !== undefined));
    const traceparent = currentTraceContext();
    const answer = await this.server
      .inject({
        method: 'GET',
        url: this.path,
        headers: { ...headers, ...(traceparent !== null && { traceparent }) },
        remoteAddress: request.ip,
      })
      .catch(() => null);
    if (answer?.statusCode !== 200 || answer.rawPayload.byteLength > MAX_BYTES) return null;
    try {
      const value: unknown = JSON.parse(answer.payload);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
    } catch {
      return null;
    }
  }
}

/** A route that shows one object has a parameter at its end; a list has none. */
const isObject = (server: FastifyInstance, route: string): boolean =>
  /\/:\w+$/.test(route) && server.hasRoute({ method: 'GET', url: route });

const withoutLastPart = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
