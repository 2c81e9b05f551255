import { cutText, storableText } from '../../../core/text/storable-text.ts';
import type { AuthenticatedRequest } from '../principal.ts';

const REASON_HEADER = 'x-reason';
const MAX_REASON = 500;

/** Why the sender makes a change: the header X-Reason, percent-encoded UTF-8, or the member `reason` or `note` of the body. */
export function reasonOf({ headers, body }: Pick<AuthenticatedRequest, 'headers' | 'body'>): string | null {
  const header = headers[REASON_HEADER];
  const members = typeof body === 'object' && body !== null ? (body as { reason?: unknown; note?: unknown }) : {};
  const [reason] = [typeof header === 'string' ? decoded(header) : undefined, members.reason, members.note].filter(isText);
  return reason === undefined ? null : cutText(storableText(reason.trim()), MAX_REASON);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
