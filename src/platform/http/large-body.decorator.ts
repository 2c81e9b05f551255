import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

export interface BodyLimits {
  readonly bytes: number;
  readonly depth: number;
  /** Members and elements in the whole body. */
  readonly keys: number;
}

/** Deeper or wider JSON is no request of ours, and every reader after us would have to walk it. */
export const USUAL_BODY: BodyLimits = { bytes: 256 * 1024, depth: 64, keys: 1_000 };
/** 1,000 tasks of 1 kB and 20 members each. */
export const LARGE_BODY: BodyLimits = { bytes: 1024 * 1024, depth: 64, keys: 20_000 };

const CONFIG = { body: LARGE_BODY };

/** The route takes lists of up to a thousand things. */
export function LargeBody(): MethodDecorator {
  return RouteConfig(CONFIG);
}

/** Of a body that is a file. */
export const RAW_BODY_BYTES = 1024 * 1024;

const RAW = { body: 'raw' };

/** The route takes a file: application/octet-stream, which its handler gets as a Buffer. */
export function RawBody(): MethodDecorator {
  return RouteConfig(RAW);
}

export function takesRawBody(request: FastifyRequest): boolean {
  return Reflect.get(request.routeOptions.config ?? {}, 'body') === RAW.body;
}

export function bodyLimitsOf(request: FastifyRequest): BodyLimits {
  return Reflect.get(request.routeOptions.config ?? {}, 'body') === LARGE_BODY ? LARGE_BODY : USUAL_BODY;
}
