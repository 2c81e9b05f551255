import type { FastifyRequest } from 'fastify';
import type { SessionClientInfo } from './session.repository.ts';

export function clientOf({ ip, headers }: FastifyRequest): SessionClientInfo {
  return { address: ip, userAgent: headers['user-agent'] ?? '' };
}
