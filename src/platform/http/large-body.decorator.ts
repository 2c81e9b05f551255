import type { FastifyRequest } from 'fastify';
import { AddRouteConfig, routeConfigOf } from './route-config.ts';

export interface BodyLimits {
  readonly bytes: number;
  readonly depth: number;
  /** Members and elements in the whole body. */
  readonly keys: number;
  /** Accepts NUL and lone surrogates, which the handler of the route replaces. */
  readonly anyText?: boolean;
}

/** No request of this API needs deeper or larger JSON, and every reader would have to walk it. */
export const USUAL_BODY: BodyLimits = { bytes: 256 * 1024, depth: 64, keys: 1_000 };
/** 1,000 tasks of 1 kB and 20 members each. */
export const LARGE_BODY: BodyLimits = { bytes: 1024 * 1024, depth: 64, keys: 20_000 };

/** The limits for the result of a handler, one level deeper for the member that holds it. */
const RESULT_BODY: BodyLimits = { bytes: 1024 * 1024, depth: 65, keys: 100_000 };
/** 500 log lines with data. */
const TEXT_BODY: BodyLimits = { ...LARGE_BODY, anyText: true };

/** For routes that accept lists of up to a thousand items. */
export const LargeBody = (): MethodDecorator => AddRouteConfig({ body: LARGE_BODY });

/** For routes that accept the result of a task. */
export const ResultBody = (): MethodDecorator => AddRouteConfig({ body: RESULT_BODY });

/** For routes that accept the output of programs; characters that cannot be stored become U+FFFD. */
export const TextBody = (): MethodDecorator => AddRouteConfig({ body: TEXT_BODY });

/** Limit of a body that is a file, unless its route names another. */
export const RAW_BODY_BYTES = 1024 * 1024;

const RAW = 'raw';
const RAW_BYTES = 'rawBytes';

/** For routes that accept a file: application/octet-stream or application/yaml, which the handler gets as a Buffer. */
export function RawBody(bytes = RAW_BODY_BYTES): MethodDecorator {
  return AddRouteConfig({ body: RAW, [RAW_BYTES]: bytes });
}

export function takesRawBody(request: FastifyRequest): boolean {
  return routeConfigOf(request, 'body') === RAW;
}

/** The limit that a route declares; undefined for one that accepts no file. */
export function rawBytesOf(config: object | undefined): number | undefined {
  return config === undefined ? undefined : (Reflect.get(config, RAW_BYTES) as number | undefined);
}

export function bodyLimitsOf(request: FastifyRequest): BodyLimits {
  const body: unknown = routeConfigOf(request, 'body');
  return typeof body === 'object' && body !== null ? (body as BodyLimits) : USUAL_BODY;
}
