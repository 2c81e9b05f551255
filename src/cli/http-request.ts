import type { IncomingMessage } from 'node:http';

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly text: string;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;

/**
 * One request and its whole response. By node:http, because loading fetch (with HTTP/2, TLS and a parser in WebAssembly) takes a third of the
 * start of a command. Follows redirects within the origin; one to another origin is returned, because the API key is not for that server.
 * Rejects with the reason of the signal, or with the error of the connection.
 */
export async function httpRequest(address: string, request: HttpRequest): Promise<HttpResponse> {
  let url = new URL(address);
  let next = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(url, next);
    const location = response.header('location');
    if (!REDIRECTS.includes(response.status) || location === null) return response;
    const target = new URL(location, url);
    if (target.origin !== url.origin) return response;
    url = target;
    next = redirected(next, response.status);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects, the last one to ${url.href}`);
}

/** As fetch does: 307 and 308 keep the method and the body; 303, and 301 and 302 of a POST, become a GET. */
function redirected({ method, headers, body, signal }: HttpRequest, status: number): HttpRequest {
  const isGet = status === 303 ? method !== 'HEAD' : status <= 302 && method === 'POST';
  if (!isGet) return { method, headers, body, signal };
  const { 'content-type': _, ...kept } = headers;
  return { method: 'GET', headers: kept, body: undefined, signal };
}

async function send(url: URL, { method, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  signal.throwIfAborted();
  // An import would read each export of the module, and one of them, WebSocket, loads fetch.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject((signal.aborted ? signal.reason : error) as Error);
    const outgoing = request(url, { method, headers: { ...headers, ...length }, signal }, (incoming) => {
      textOf(incoming).then((text) => resolve(responseOf(incoming, text)), fail);
    });
    outgoing.once('error', fail);
    outgoing.end(body);
  });
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  incoming.setEncoding('utf8');
  for await (const piece of incoming) text += piece as string;
  return text;
}

function responseOf({ statusCode = 0, headers }: IncomingMessage, text: string): HttpResponse {
  const header = (name: string): string | null => {
    const value = headers[name];
    return value === undefined ? null : String(value);
  };
  return { status: statusCode, header, text };
}
