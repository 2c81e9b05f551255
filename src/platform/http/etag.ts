import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem.ts';

/** The strong entity tag of a row version. */
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
 * Allows a change only to the version that the client has read. Weak tags never match (RFC 9110, strong comparison).
 * @throws {ProblemError} 428 without the header, 412 when the row has another version, 400 for an invalid header.
 */
export function requireIfMatch(header: string | undefined, version: number): void {
  if (header === undefined || header.trim() === '') {
    throw ProblemError.preconditionRequired('if_match_required', 'The header If-Match is missing.', {
      detail: 'Send the ETag that was read, so that no other change is overwritten.',
    });
  }
  const tags = parseTags(header);
  if (tags === null) throw ProblemError.badRequest('invalid_if_match', 'The header If-Match is not an ETag such as "v3".');
  if (!tags.includes('*') && !tags.includes(etagOf(version))) {
    throw versionChanged(version);
  }
}

/** A 412 with the ETag of the stored version. */
export function versionChanged(version: number): ProblemError {
  return ProblemError.preconditionFailed(
    'version_changed',
    `The object was changed since it was read: its version is ${etagOf(version)}.`,
    {
      detail: 'Read it again and repeat the change.',
      headers: { etag: etagOf(version) },
    },
  );
}

/** What a client says about its copy. */
export interface Conditions {
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
}

/**
 * Sets the ETag, and Last-Modified where a time is given. Returns true and sets status 304 (to be sent without a body) when the
 * client's copy is current. If-None-Match takes precedence (RFC 9110). A time counts in whole seconds, so one that is less than a
 * second old is not sent: a second change in this second would be missed.
 */
export function isNotModified(
  reply: FastifyReply,
  { ifNoneMatch, ifModifiedSince }: Conditions,
  etag: string,
  { lastModified, now = new Date() }: { lastModified?: Date; now?: Date } = {},
): boolean {
  void reply.header('etag', etag);
  const changed = lastModified === undefined ? undefined : Math.floor(lastModified.getTime() / 1_000);
  const isOld = changed !== undefined && changed < Math.floor(now.getTime() / 1_000);
  if (isOld) void reply.header('last-modified', new Date(changed * 1_000).toUTCString());
  const current = ifNoneMatch === undefined ? isOld && changed * 1_000 <= Date.parse(ifModifiedSince ?? '') : isListed(ifNoneMatch, etag);
  if (current) void reply.status(304);
  return current;
}

function isListed(ifNoneMatch: string, etag: string): boolean {
  return parseTags(ifNoneMatch)?.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag) ?? false;
}
