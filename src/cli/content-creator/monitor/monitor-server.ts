import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { ApiClient } from '../../api-client.ts';
import { CliError } from '../../cli-error.ts';
import { Exit } from '../../exit-code.ts';
import { boardPage, errorPage } from './board-page.ts';
import { type QueueBoard, readBoard } from './queue-board.ts';

interface ListenOptions {
  readonly port: number;
  readonly host: string;
  /** Ends the server. */
  readonly until: AbortSignal;
}

/** Simultaneous readers share one reading of the server, and so do those within this time. */
const FRESH_MS = 1_000;
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves the board until the signal aborts. It reads with the key of the operator, and only what is on the page. */
export async function serveMonitor(
  api: ApiClient,
  { port, host, until }: ListenOptions,
  onListening: (url: string) => void,
): Promise<void> {
  const board = cached(() => readBoard(api));
  const server = createServer((request, response) => {
    void answer(request, response, board, host);
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => listening.reject(cannotListen(error, port, host)));
  server.listen(port, host, () => listening.resolve());
  await listening.promise;
  const { port: bound } = server.address() as AddressInfo;
  onListening(`http://${isIP(host) === 6 ? `[${host}]` : host}:${bound}`);
  await new Promise<void>((resolve) => {
    if (until.aborted) resolve();
    until.addEventListener('abort', () => resolve(), { once: true });
  });
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, board: () => Promise<QueueBoard>, host: string): Promise<void> {
  const send = (status: number, type: 'json' | 'html', body: string, more: Record<string, string> = {}): void => {
    const contentType = type === 'json' ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8';
    response.writeHead(status, { ...HEADERS, ...more, 'content-type': contentType });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const sendJson = (status: number, body: object, more?: Record<string, string>): void =>
    send(status, 'json', `${JSON.stringify(body)}\n`, more);
  const { pathname } = URL.parse(request.url ?? '/', 'http://monitor') ?? { pathname: '' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return sendJson(405, { success: false, error: 'The monitor is read only' }, { allow: 'GET, HEAD' });
  if (!isOwnHost(request.headers.host, host))
    return sendJson(403, { success: false, error: 'The Host header is not that of this monitor' });
  if (pathname === '/') return send(302, 'html', '', { location: '/admin/queues' });
  if (!['/admin/queues', '/api/stats', '/health'].includes(pathname)) return sendJson(404, { success: false, error: 'Not found' });
  try {
    const found = await board();
    if (pathname === '/api/stats') return sendJson(200, { success: true, data: found });
    if (pathname === '/admin/queues') return send(200, 'html', boardPage(found));
    return sendJson(200, { status: 'ok', timestamp: found.timestamp, server: found.health });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (pathname === '/admin/queues') return send(503, 'html', errorPage(message));
    if (pathname === '/health') return sendJson(503, { status: 'error', timestamp: new Date().toISOString(), error: message });
    return sendJson(503, { success: false, error: message });
  }
}

/** Another name that resolves to this machine could be that of a hostile page (DNS rebinding). An address cannot. */
function isOwnHost(header: string | undefined, host: string): boolean {
  const name = URL.parse(`http://${header ?? ''}`)?.hostname.replace(/^\[|\]$/g, '');
  return name !== undefined && (name === 'localhost' || name === host || isIP(name) !== 0);
}

function cached(read: () => Promise<QueueBoard>): () => Promise<QueueBoard> {
  let last: { readonly at: number; readonly board: Promise<QueueBoard> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at > FRESH_MS) last = { at: performance.now(), board: read() };
    return last.board;
  };
}

function cannotListen(error: NodeJS.ErrnoException, port: number, host: string): CliError {
  const why =
    error.code === 'EADDRINUSE' ? `Port ${port} of ${host} is in use` : `Port ${port} of ${host} cannot be used: ${error.message}`;
  return new CliError(Exit.failed, 'cannot_listen', why, `content-creator monitor -p ${port === 65_535 ? 3001 : port + 1}`);
}
