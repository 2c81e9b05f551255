import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseConnectionError } from '../database/database-client.ts';
import { OutageLog } from '../database/outage-log.ts';
import { Logger } from '../telemetry/logger.ts';
import { problemIn } from './language/problem-texts.ts';
import { negotiateLanguage } from './language/request-language.ts';
import { ProblemError } from './problem.ts';
import { codeOf, toProblem } from './problem-mapping.ts';

/** The only place that turns errors into HTTP answers: from handlers, guards, pipes, parsers and unknown routes. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly outages: OutageLog,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const report = healthReport(exception);
    if (report) {
      void reply.status(503).send(report);
      return;
    }
    const problem = clientClosedRequest(exception, request) ?? toProblem(exception);
    this.log(problem, exception, request);
    if (!reply.sent && !reply.raw.headersSent) sendProblem(problem, request, reply);
  }

  private log(problem: ProblemError, exception: unknown, request: FastifyRequest): void {
    const fields = { traceId: request.id, method: request.method, path: pathOf(request.url), status: problem.status, code: problem.code };
    const logged = problem.status === 503 && this.outages.notice(problem.cause);
    if (logged) this.logger.debug(fields, 'request rejected temporarily');
    else if (problem.status === 503) this.logger.warn({ ...fields, err: problem.cause }, 'request rejected temporarily');
    else if (problem.status >= 500) this.logger.error({ ...fields, err: exception }, 'request failed');
    else this.logger.debug(fields, 'request rejected');
  }
}

/** Node's error codes when the client closes the connection before its body has arrived. */
const CLIENT_GONE = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * 499 is nginx's status for a client that disconnected. No client receives this answer, but the log line needs a
 * status and a code.
 */
function clientClosedRequest(exception: unknown, { raw }: FastifyRequest): ProblemError | null {
  const error = exception instanceof HttpException ? exception.cause : exception;
  const gone = CLIENT_GONE.has(codeOf(error)) && raw.destroyed && !raw.complete && !isDatabaseConnectionError(error);
  return gone ? new ProblemError(499, 'client_closed_request', 'The client closed the connection before its request had arrived.') : null;
}

/** In the language of the request. */
export function sendProblem(problem: ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  const body = problemIn(negotiateLanguage(request, reply), problem.body(pathOf(request.url), request.id));
  void reply.status(problem.status).headers(problem.headers).type('application/problem+json').send(JSON.stringify(body));
}

/** Without the query, which may contain a signature. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** A failed health check has its own format ({status, info, error, details}), which monitoring tools read. */
function healthReport(exception: unknown): object | null {
  if (!(exception instanceof HttpException)) return null;
  const response = exception.getResponse();
  return typeof response === 'object' && 'details' in response && 'info' in response ? response : null;
}
