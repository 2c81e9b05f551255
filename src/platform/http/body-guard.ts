import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { findUnstorable, UNSTORABLE_FAULTS, type UnstorableCode } from '../../core/text/unstorable.ts';
import { type BodyLimits, bodyLimitsOf, LARGE_BODY, rawBytesOf, RAW_BODY_BYTES, takesRawBody } from './large-body.decorator.ts';
import { ProblemError } from './problem.ts';
import { keepSignedBody } from './signed-body.ts';
import { findJsonFault, JSON_FAULTS, type JsonFault } from '../../core/text/json-scan.ts';

type Fault = UnstorableCode | JsonFault['code'];

const DETAILS: Record<Exclude<Fault, 'too_many_keys' | 'too_deep'>, string> = {
  ...UNSTORABLE_FAULTS,
  ...JSON_FAULTS,
};
/** Valid JSON with text that cannot be stored is a 422; other faults are a 400. */
const CONTENT_FAULTS = new Set<string>(['nul_character', 'lone_surrogate']);

/**
 * The only body parser: JSON in UTF-8, validated before any handler runs. Other content types are a 415, except files
 * (application/octet-stream, application/yaml) on routes that accept one. An empty body is undefined with any Content-Type, because clients label empty DELETE and
 * POST requests as JSON.
 */
export function installBodyGuard(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: LARGE_BODY.bytes }, (request, body: Buffer, done) => {
    try {
      keepSignedBody(request, body);
      done(null, parseBody(request, body));
    } catch (error) {
      done(error as ProblemError);
    }
  });
  server.addContentTypeParser(
    ['application/octet-stream', 'application/yaml'],
    { parseAs: 'buffer', bodyLimit: RAW_BODY_BYTES },
    (request, body, done) => {
      done(takesRawBody(request) ? null : notAFile(), body);
    },
  );
  server.addHook('onRoute', (route) => {
    const bytes = rawBytesOf(route.config);
    if (bytes !== undefined) route.bodyLimit = bytes; // has precedence over the limit of the parser
  });
  server.addHook('onRequest', (request, _reply, done) => {
    // %00 is the only way to a NUL in a URL. Percent-decoding rejects all other text that cannot be stored.
    done(request.raw.url?.includes('%00') ? nulInUrl() : undefined);
  });
}

function parseBody(request: FastifyRequest, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const limits = bodyLimitsOf(request);
  if (body.length > limits.bytes) throw ProblemError.tooLarge('body_too_large', 'The body is larger than this route accepts.');
  refuseEncodings(request);
  if (!isUtf8(body)) throw ProblemError.badRequest('invalid_utf8', 'The body is not UTF-8.');
  const text = body.toString('utf8', body[0] === 0xef ? 3 : 0); // 0xEF can only begin a byte order mark before JSON
  const value = parseJson(text);
  const fault = findUnstorable(value, limits) ?? findJsonFault(text);
  if (fault) throw asProblem(fault.pointer, fault.code, limits);
  return value;
}

function refuseEncodings({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw ProblemError.unsupportedMediaType('unsupported_encoding', 'The body is compressed.', {
      detail: 'Send it uncompressed.',
      headers: { 'accept-encoding': 'identity' },
    });
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw ProblemError.unsupportedMediaType('unsupported_charset', 'The body is not declared as UTF-8.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // V8 gives the position, but also quotes the body, which must not be repeated.
    const position = error instanceof Error ? / at position \d+/.exec(error.message)?.[0] : undefined;
    throw ProblemError.badRequest('invalid_json', `The body is not JSON${position ? ` (the error is${position})` : ''}.`);
  }
}

function detailOf(code: Fault, { depth, keys }: BodyLimits): string {
  if (code === 'too_deep') return `is nested deeper than ${depth} levels`;
  return code === 'too_many_keys' ? `has more than ${keys} members and elements` : DETAILS[code];
}

function asProblem(pointer: string, code: Fault, limits: BodyLimits): ProblemError {
  const detail = detailOf(code, limits);
  const problem = CONTENT_FAULTS.has(code) ? ProblemError.unprocessable : ProblemError.badRequest;
  return problem(code, `A value of the body ${detail}.`, { errors: [{ pointer: pointer.slice(0, 500), code, detail }] });
}

function notAFile(): ProblemError {
  return ProblemError.unsupportedMediaType('unsupported_media_type', 'The body is not JSON.', {
    detail: 'Send JSON with Content-Type: application/json.',
    headers: { accept: 'application/json' },
  });
}

function nulInUrl(): ProblemError {
  return ProblemError.unprocessable('nul_character', `A value of the URL ${DETAILS.nul_character}.`);
}
