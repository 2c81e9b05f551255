import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { AdminBuild, type AdminFile } from './admin-build.ts';

/** Vite writes this word wherever a nonce belongs (admin/vite.config.ts). */
const NONCE = '__CSP_NONCE__';
/** The name of an asset contains a hash of its content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const SHORT = 'public, max-age=300';

/**
 * Serves the admin pages below /admin. An asset is a file of the build or a 404, also for a browser: a page in place of a missing
 * script would hide that a release has replaced it. Any other path that a browser navigates to is the page, which routes by itself.
 * What neither applies to is answered by the API's own 404.
 */
export function serveAdmin(server: FastifyInstance, folder: string): void {
  const build = new AdminBuild(folder);
  server.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url !== '/' || !asksForPage(request, '')) return;
    if ((await build.load()) !== undefined) await reply.header('vary', 'accept').redirect('/admin/', 302);
  });
  server.get('/admin', (request, reply) => (asksForPage(request, '') ? reply.redirect('/admin/', 308) : reply.callNotFound()));
  server.get<{ Params: { '*': string } }>('/admin/*', async (request, reply) => {
    const path = request.params['*'];
    const loaded = await build.load();
    const file = loaded?.files.get(path);
    if (file) return sendFile(request, reply, file, path.startsWith('assets/') ? IMMUTABLE : SHORT);
    if (loaded && !path.startsWith('assets/') && asksForPage(request, path)) return sendPage(reply, loaded.index);
    reply.callNotFound();
    return reply;
  });
}

/** A navigation of a browser. A last segment with a dot names a file. */
function asksForPage({ headers }: FastifyRequest, path: string): boolean {
  return (headers.accept ?? '').includes('text/html') && !(path.split('/').at(-1) ?? '').includes('.');
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: AdminFile, cache: string): Promise<FastifyReply> {
  const encoding = file.encodingFor([request.headers['accept-encoding'] ?? ''].flat().join());
  if (encoding) void reply.header('content-encoding', encoding);
  void reply.headers({ 'content-type': file.type, 'cache-control': cache, vary: 'accept-encoding' });
  return reply.send(encoding ? await file.encoded(encoding) : file.body);
}

function sendPage(reply: FastifyReply, index: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  void reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    vary: 'accept',
    'content-security-policy': policyWith(nonce),
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
  return reply.send(index.replaceAll(NONCE, nonce));
}

/** Scripts are files of the build. Style elements need the nonce; style attributes are set by scripts, and no nonce covers them. */
function policyWith(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
