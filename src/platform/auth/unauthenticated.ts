import { ProblemError } from '../http/problem.ts';

export type AuthenticationFailure = 'key_required' | 'key_invalid' | 'key_expired' | 'key_revoked' | 'session_ended';

const DETAILS: Record<AuthenticationFailure, string> = {
  key_required: 'Send Authorization: Bearer <key>. The first key is in the file api-key of the data folder.',
  key_invalid: 'Send Authorization: Bearer <key>. The first key is in the file api-key of the data folder.',
  key_expired: 'Ask an administrator for a new key.',
  key_revoked: 'Ask an administrator for a new key.',
  session_ended: 'Sign in again: POST /session.',
};

/** 401 with the challenge that RFC 9110 requires. It names an error only where a key was sent (RFC 6750). */
export function unauthenticated(code: AuthenticationFailure, title: string): ProblemError {
  const error = code === 'key_required' ? '' : ', error="invalid_token"';
  return new ProblemError(401, code, title, {
    detail: DETAILS[code],
    headers: { 'www-authenticate': `Bearer realm="contenthub"${error}` },
  });
}
