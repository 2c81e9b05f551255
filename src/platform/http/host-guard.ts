import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export function isLocalHost(host: string | undefined): host is string {
  return host !== undefined && LOCAL_HOST.test(host);
}

/**
 * For an installation bound to this machine: a page of some site whose name resolves to 127.0.0.1 (DNS rebinding) sends
 * that site's name as Host. Only the names of this machine are answered.
 */
export function installHostGuard(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { host } = request.headers;
    if (isLocalHost(host)) done();
    else done(new ProblemError(421, 'wrong_host', 'This installation answers only to localhost, 127.0.0.1 and [::1].'));
  });
}
