import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { isLocalHost } from './host-guard.ts';

/**
 * The start of links in answers. Without PUBLIC_URL, links are absolute only on this machine, otherwise paths: the
 * Host header is any text of the client, and behind TLS the scheme is unknown.
 */
export function publicOrigin({ publicUrl }: Pick<Settings, 'publicUrl'>, { headers }: FastifyRequest): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  return isLocalHost(headers.host) ? `http://${headers.host}` : '';
}
