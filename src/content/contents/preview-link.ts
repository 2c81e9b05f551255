import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '../../platform/http/problem.ts';

const VALID_SECONDS = 24 * 3_600;

/**
 * Signed links to one content that are valid for a day, because a browser sends no API key. Any process with the same
 * secret accepts them.
 */
export class PreviewLinks {
  constructor(private readonly secret: Buffer) {}

  /** Path and query. */
  create(contentId: string, nowMs = Date.now()): string {
    const expires = Math.floor(nowMs / 1_000) + VALID_SECONDS;
    return `/contents/${contentId}/preview?expires=${expires}&signature=${this.sign(contentId, expires).toString('base64url')}`;
  }

  /** Throws 403 unless the signature is correct and the link has not expired. */
  check(contentId: string, expires: number, signature: string, nowMs = Date.now()): void {
    const wanted = this.sign(contentId, expires);
    const given = Buffer.from(signature, 'base64url');
    const genuine = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (genuine && nowMs / 1_000 < expires) return;
    throw ProblemError.forbidden('preview_expired', 'This preview link is invalid or has expired.', {
      detail: 'GET /contents/:id gives a new one as previewUrl.',
    });
  }

  private sign(contentId: string, expires: number): Buffer {
    return createHmac('sha256', this.secret).update(`${contentId}.${expires}`).digest();
  }
}
