import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Settings } from '../../platform/config/settings.ts';
import { USUAL_BODY } from '../../platform/http/large-body.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { sendProblem } from '../../platform/http/problem.filter.ts';
import { toProblem } from '../../platform/http/problem-mapping.ts';
import { requestId } from '../../platform/http/request-id.ts';
import { setResponseHeaders } from './response-headers.ts';

/**
 * Every request is answered within this time. Longer than slow bodies may take (30 s, checked every 5 s) and than
 * agents wait for tasks (25 s, plus 5 s for a running grant). Shorter than agents wait for the answer (40 s).
 */
const REQUEST_DEADLINE_MS = 38_000;

/** Fastify with the limits of this API. The body guard parses all bodies, so Nest's own parsers are not registered. */
export class HttpAdapter extends FastifyAdapter {
  constructor({ trustedProxy }: Pick<Settings, 'trustedProxy'>, requestDeadlineMs = REQUEST_DEADLINE_MS) {
    super({
      bodyLimit: USUAL_BODY.bytes,
      trustProxy: trusted(trustedProxy),
      requestTimeout: 30_000, // for slow bodies
      return503OnClosing: false, // Fastify's own answer has neither a problem document nor a Retry-After
      handlerTimeout: requestDeadlineMs,
      keepAliveTimeout: 65_000, // longer than the usual 60 s of load balancers, which would otherwise send into a closing connection
      http: { headersTimeout: 10_000, connectionsCheckingInterval: 5000 }, // the default interval is 30 s
      routerOptions: { maxParamLength: 200 },
      requestIdHeader: false,
      genReqId: requestId,
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
        setResponseHeaders(request, reply); // the router answers before any hook
        sendProblem(toProblem(error), request, reply);
      },
      clientErrorHandler: answerBrokenRequest,
    });
  }

  override registerParserMiddleware(): void {}
}

/**
 * Fastify does not accept a number of trusted proxies, because it cannot check the sender. The setting states that
 * only those proxies reach the API.
 */
function trusted(proxy: Settings['trustedProxy']): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof proxy === 'number' ? (_address, hop) => hop < proxy : (proxy ?? false);
}

/** Answers bytes that are not an HTTP request. Only the socket exists then, no request and no reply. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = brokenRequest(error.code);
  const body = JSON.stringify(problem.body('', ''));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end([...head, 'Connection: close', '', body].join('\r\n'));
}

function brokenRequest(code: string | undefined): ProblemError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ProblemError(431, 'headers_too_large', 'The headers are larger than 16 kB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError(408, 'request_timeout', 'The request did not arrive in time.', { retryable: true });
  return ProblemError.badRequest('malformed_request', 'What arrived is not an HTTP request.');
}
