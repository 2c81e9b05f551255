import type { FastifyRequest } from 'fastify';
import { AddRouteConfig, routeConfigOf } from './route-config.ts';

export interface BodyLimits {
  readonly bytes: number;
  readonly depth: number;
  /** Members and elements in the whole body. */
  readonly keys: number;
  /** Texts may hold NUL and half characters: the handler of the route replaces them. */
  readonly anyText?: boolean;
}

/** Deeper or wider JSON is no request of ours, and every reader after us would have to walk it. */
export const USUAL_BODY: BodyLimits = { bytes: 256 * 1024, depth: 64, keys: 1_000 };
/** 1,000 tasks of 1 kB and 20 members each. */
export const LARGE_BODY: BodyLimits = { bytes: 1024 * 1024, depth: 64, keys: 20_000 };

/** As much as storableResult keeps of a handler's result, one level deeper for the member that holds it. */
const RESULT_BODY: BodyLimits = { bytes: 1024 * 1024, depth: 65, keys: 100_000 };
/** Lines of a log: 500 of them, with data. */
const TEXT_BODY: BodyLimits = { ...LARGE_BODY, anyText: true };

/** The route takes lists of up to a thousand things. */
export const LargeBody = (): MethodDecorator => AddRouteConfig({ body: LARGE_BODY });

/** The route takes the result of a task. */
export const ResultBody = (): MethodDecorator => AddRouteConfig({ body: RESULT_BODY });

/** The route takes what programs print, and stores it with U+FFFD for what cannot be stored. */
export const TextBody = (): MethodDecorator => AddRouteConfig({ body: TEXT_BODY });

/** Of a body that is a file. */
export const RAW_BODY_BYTES = 1024 * 1024;

const RAW = { body: 'raw' };

/** The route takes a file: application/octet-stream, which its handler gets as a Buffer. */
export function RawBody(): MethodDecorator {
  return AddRouteConfig(RAW);
}

export function takesRawBody(request: FastifyRequest): boolean {
  return routeConfigOf(request, 'body') === RAW.body;
}

export function bodyLimitsOf(request: FastifyRequest): BodyLimits {
  const body: unknown = routeConfigOf(request, 'body');
  return typeof body === 'object' && body !== null ? (body as BodyLimits) : USUAL_BODY;
}
