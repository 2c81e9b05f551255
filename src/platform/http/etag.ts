import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem.ts';

/** The strong entity tag of a row's version. */
export function etagOf(version: number): string {
  return `"v${version}"`;
}

/** `*`, or tags in quotes; W/ marks a weak one. Null for anything else. */
function parseTags(header: string): string[] | null {
  if (header.trim() === '*') return ['*'];
  const tags = header.split(',').map((tag) => tag.trim());
  return header.length <= 500 && tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag)) ? tags : null;
}

/**
 * Lets a change happen only to the version the client has seen. Weak tags never match (RFC 9110, strong comparison).
 * @throws {ProblemError} 428 without the header, 412 when the row is at another version, 400 when it is no tag.
 */
export function requireIfMatch(header: string | undefined, version: number): void {
  if (header === undefined || header.trim() === '') {
    throw ProblemError.preconditionRequired('if_match_required', 'The header If-Match is missing.', {
      detail: 'Send the ETag you read, so that no change of others is overwritten.',
    });
  }
  const tags = parseTags(header);
  if (tags === null) throw ProblemError.badRequest('invalid_if_match', 'The header If-Match is not an ETag such as "v3".');
  if (!tags.includes('*') && !tags.includes(etagOf(version))) {
    throw versionChanged(version);
  }
}

/** 412 with the ETag of the version that is stored now. */
export function versionChanged(version: number): ProblemError {
  return ProblemError.preconditionFailed('version_changed', `This was changed in the meantime: it is at ${etagOf(version)}.`, {
    detail: 'Read it again and repeat your change.',
    headers: { etag: etagOf(version) },
  });
}

/** Sets the ETag; true (and status 304, to be sent without a body) when the client's copy is current. */
export function isNotModified(reply: FastifyReply, ifNoneMatch: string | undefined, etag: string): boolean {
  void reply.header('etag', etag);
  const tags = (ifNoneMatch && parseTags(ifNoneMatch)) || [];
  const current = tags.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
  if (current) void reply.status(304);
  return current;
}
