import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { isLocalHost } from './host-guard.ts';

/**
 * Begins the links of answers. Without PUBLIC_URL they are absolute only on this machine, else paths: a Host header is any
 * text that the client chose, and behind TLS the scheme is unknown.
 */
export function publicOrigin({ publicUrl }: Pick<Settings, 'publicUrl'>, { headers }: FastifyRequest): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  return isLocalHost(headers.host) ? `http://${headers.host}` : '';
}
