import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `lose_answer`: the server acts, and the connection ends without an answer. `bad_gateway`: the server acts, and the answer is 502. */
export type ProxyFault = 'lose_answer' | 'bad_gateway';

/** A reverse proxy that spoils the answer of chosen requests after the server has acted. */
export class FaultyProxy {
  private readonly server: Server;
  private fault: { kind: ProxyFault; applies: (method: string, path: string) => boolean } | undefined;
  /** Method and path of each request so far. */
  readonly requests: string[] = [];
  /** Port of the server behind. */
  target = 0;
  port = 0;

  constructor() {
    this.server = createServer((request, response) => this.forward(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Spoils the answer of the next request that this applies to. */
  spoilNext(kind: ProxyFault, applies: (method: string, path: string) => boolean): void {
    this.fault = { kind, applies };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = request;
    this.requests.push(`${method} ${path}`);
    const fault = this.fault?.applies(method, path) ? this.fault.kind : undefined;
    if (fault !== undefined) this.fault = undefined;
    const onward = httpRequest({ host: '127.0.0.1', port: this.target, method, path, headers, agent: false }, (answer) => {
      if (fault === undefined) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume().once('end', () => {
        if (fault === 'lose_answer') request.socket.destroy();
        else response.writeHead(502).end('bad gateway');
      });
    });
    onward.once('error', () => request.socket.destroy());
    request.pipe(onward);
  }
}
