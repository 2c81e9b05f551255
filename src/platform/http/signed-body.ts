import type { FastifyRequest } from 'fastify';
import { AddRouteConfig, routeConfigOf } from './route-config.ts';

const BODIES = new WeakMap<FastifyRequest, Buffer>();

/** For routes whose caller signs the body: its bytes are kept beside the parsed JSON. */
export const SignedBody = (): MethodDecorator => AddRouteConfig({ signed: true });

export function keepSignedBody(request: FastifyRequest, body: Buffer): void {
  if (routeConfigOf(request, 'signed') === true) BODIES.set(request, body);
}

/** The bytes of the body; empty without a body. */
export function signedBodyOf(request: FastifyRequest): Buffer {
  return BODIES.get(request) ?? Buffer.alloc(0);
}
