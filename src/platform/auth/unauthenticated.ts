import { ProblemError } from '../http/problem.ts';

/** 401 with the challenge that RFC 9110 asks for; it names an error only where a key was sent (RFC 6750). */
export function unauthenticated(code: 'key_required' | 'key_invalid', title: string): ProblemError {
  const error = code === 'key_invalid' ? ', error="invalid_token"' : '';
  return new ProblemError(401, code, title, {
    detail: 'Send Authorization: Bearer <key>. The first key is in the file api-key of the data folder.',
    headers: { 'www-authenticate': `Bearer realm="contenthub"${error}` },
  });
}
