import { createHash } from 'node:crypto';
import { ProblemError } from './problem.ts';

/**
 * The Idempotency-Key header, or null. 1–255 visible ASCII characters, because longer ones would not fit into an
 * index. @throws {ProblemError} 400
 */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header)) {
    const detail = 'must be 1 to 255 visible ASCII characters';
    throw ProblemError.badRequest('invalid_idempotency_key', `The header Idempotency-Key ${detail}.`, {
      errors: [{ pointer: '/Idempotency-Key', code: 'invalid_idempotency_key', detail }],
    });
  }
  return header;
}

/** SHA-256 over the route and the body, independent of the order of members: equal for a repeated request. */
export function requestHash(route: string, body: unknown): Buffer {
  return createHash('sha256').update(route).update('\0').update(canonicalJson(body)).digest();
}

/** JSON with sorted keys. The body guard bounds its depth. */
function canonicalJson(value: unknown): string {
  const sorted = (_key: string, item: unknown): unknown =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return JSON.stringify(value, sorted) ?? '';
}
