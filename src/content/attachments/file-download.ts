import { applyDecorators, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { FileType } from '../../core/files/file-type.ts';
import { ContentPolicy } from '../../platform/http/content-policy.ts';
import { isNotModified } from '../../platform/http/etag.ts';
import { ATTACHMENT_TYPES } from './attachment.dto.ts';

const VALIDATORS = {
  ETag: {
    description: 'The SHA-256 of the file. Send it as If-None-Match with the next request.',
    required: true,
    schema: { type: 'string' },
  },
} as const;

/** A route that answers with a file, or with 304 when the client has its bytes. */
export function FileRoute(): MethodDecorator {
  return applyDecorators(
    ContentPolicy('file'),
    ApiProduces(...ATTACHMENT_TYPES),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the copy of the client.' }),
    ApiOkResponse({ description: 'The file.', schema: { type: 'string', format: 'binary' }, headers: VALIDATORS }),
    ApiResponse({ status: 304, description: 'The copy of the client is current.', headers: VALIDATORS }),
  );
}

/**
 * Sets ETag and Cache-Control, and status 304 when the client has the bytes; true then. Asked before up to 10 MiB are read. `no-cache`: a
 * client asks before each use of its copy, because a later version of the content may have other bytes under the name.
 */
export function isCopyCurrent(reply: FastifyReply, ifNoneMatch: string | undefined, sha256: string): boolean {
  void reply.header('cache-control', 'no-cache');
  return isNotModified(reply, { ifNoneMatch }, `"${sha256}"`);
}

/** A file that a browser saves and never shows in the origin of this server. The name is ASCII without quotes. */
export function asDownload({ name, mediaType }: { name: string; mediaType: FileType }, bytes: Uint8Array): StreamableFile {
  const type = mediaType === 'text/csv' ? 'text/csv; charset=utf-8' : mediaType;
  return new StreamableFile(bytes, { type, disposition: `attachment; filename="${name}"`, length: bytes.byteLength });
}
