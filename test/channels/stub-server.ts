import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** `body`: a string is sent unchanged, anything else as JSON. */
export interface StubAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A server on a free port whose answers come from one function. Undefined: it never answers. */
export async function startStub(
  answer: (request: StubRequest) => StubAnswer | undefined,
): Promise<{ port: number; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '/', headers } = request;
      const made = answer({ method, url: new URL(url, 'http://stub'), headers, body: Buffer.concat(chunks) });
      if (made === undefined) return;
      const isText = typeof made.body === 'string';
      response.writeHead(made.status, { 'content-type': isText ? 'text/html; charset=utf-8' : 'application/json', ...made.headers });
      response.end(isText ? made.body : JSON.stringify(made.body ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, stop };
}
