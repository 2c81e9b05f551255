import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import type { RequestOrigin } from './cross-site.ts';

/** The host and the scheme follow X-Forwarded-* only where TRUSTED_PROXY names the sender. */
export function requestOrigin(request: FastifyRequest, { publicUrl }: Pick<Settings, 'publicUrl'>): RequestOrigin {
  const { method, headers, protocol, host } = request;
  const fetchSite = headers['sec-fetch-site'];
  return {
    method,
    fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
    origin: headers.origin,
    own: [`${protocol}://${host}`, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])],
  };
}
