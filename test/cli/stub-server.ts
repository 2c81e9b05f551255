import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The connection is cut without an answer. */
  readonly hangUp?: true;
}

/** Replies with the script for `METHOD /path`: several replies in order, then the last one repeatedly. */
export class StubServer {
  readonly received: Received[] = [];
  readonly #scripts = new Map<string, Reply[]>();
  readonly #functions = new Map<string, (url: URL) => Reply>();
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  on(route: string, ...replies: Reply[]): this {
    this.#scripts.set(route, replies);
    return this;
  }

  /** The reply depends on the query. */
  onQuery(route: string, reply: (url: URL) => Reply): this {
    this.#functions.set(route, reply);
    return this;
  }

  requests(route: string): Received[] {
    return this.received.filter(({ method, url }) => `${method} ${url.pathname}` === route);
  }

  /** Starts the server, also again on the same port. */
  async start(): Promise<this> {
    const server = createServer((request, response) => {
      void text(request).then((raw) => {
        const url = new URL(request.url ?? '/', this.url);
        const { method = '', headers } = request;
        this.received.push({ method, url, headers, body: bodyOf(raw, headers) });
        const route = `${method} ${url.pathname}`;
        answer(response, this.#functions.get(route)?.(url) ?? this.#next(route));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  #next(route: string): Reply {
    const replies = this.#scripts.get(route);
    const reply = replies && replies.length > 1 ? replies.shift() : replies?.[0];
    return reply ?? problem(404, 'not_found', `nothing at ${route}`);
  }
}

/** A file such as the YAML of accounts stays text. */
function bodyOf(raw: string, headers: IncomingHttpHeaders): unknown {
  if (raw === '') return undefined;
  return headers['content-type'] === 'application/json' ? JSON.parse(raw) : raw;
}

export function problem(status: number, code: string, detail: string, more: object = {}): Reply {
  const body = { type: 'about:blank', title: code, status, code, detail, ...more };
  return { status, headers: { 'content-type': 'application/problem+json' }, body };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body, hangUp }: Reply): void {
  if (hangUp) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
}
