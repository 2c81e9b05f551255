import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export function isLocalHost(host: string | undefined): host is string {
  return host !== undefined && LOCAL_HOST.test(host);
}

/**
 * For an installation that is bound to this machine. With DNS rebinding, a web page whose name resolves to 127.0.0.1
 * sends that name as Host. Only requests to the names of this machine are accepted.
 */
export function installHostGuard(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { host } = request.headers;
    if (isLocalHost(host)) done();
    else done(new ProblemError(421, 'wrong_host', 'This installation accepts requests only to localhost, 127.0.0.1 and [::1].'));
  });
}
