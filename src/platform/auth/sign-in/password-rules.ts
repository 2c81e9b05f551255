import { ProblemError } from '../../http/problem.ts';

const PASSWORD_LENGTH = { least: 12, mostBytes: 1_024 };

/** @throws {ProblemError} 422 for a password that is too short, too long, or the username */
export function requireUsablePassword(password: string, username: string): void {
  const problem = problemOf(password.normalize('NFKC'), username.toLowerCase());
  if (problem === undefined) return;
  const [code, detail] = problem;
  throw ProblemError.unprocessable('password_refused', 'This password is not accepted.', {
    detail: `password ${detail}.`,
    errors: [{ pointer: '/password', code, detail }],
  });
}

function problemOf(password: string, username: string): [code: string, detail: string] | undefined {
  const { least, mostBytes } = PASSWORD_LENGTH;
  if ([...password].length < least) return ['too_short', `must have at least ${least} characters`];
  if (Buffer.byteLength(password) > mostBytes) return ['too_long', `must have at most ${mostBytes} bytes`];
  const plain = password.toLowerCase();
  if (plain.includes(username) && plain.replaceAll(username, '').length < least / 2)
    return ['is_username', 'must be more than the username'];
  if (new Set(plain).size < 4) return ['too_simple', 'must have at least 4 different characters'];
  return undefined;
}
