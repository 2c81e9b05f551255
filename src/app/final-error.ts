import { RuntimeException } from '@nestjs/core/errors/exceptions/runtime.exception.js';
import { ConfigurationError } from '../platform/config/configuration-error.ts';

/** Of listening: a port below 1024 without the right to it, an address that this machine does not have. */
const FINAL_CODES = new Set(['EACCES', 'EPERM', 'EROFS', 'EADDRNOTAVAIL']);
/** SQLSTATE: a refused login (28), a database that does not exist (3D), a statement that is wrong or not allowed (42). */
const FINAL_SQL = /^(?:28|3D|42)[0-9A-Z]{3}$/;
const MISTAKES = [TypeError, ReferenceError, SyntaxError, RangeError];

/** Whether the same start would fail again, so that a restart is of no use: wrong settings, definitions, modules or code. */
export function isFinalStartError(error: unknown): boolean {
  if (error instanceof ConfigurationError || error instanceof RuntimeException) return true;
  if (!(error instanceof Error)) return false;
  // A failed fetch is a TypeError with a cause.
  if (MISTAKES.some((type) => error instanceof type)) return error.cause === undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return FINAL_CODES.has(code) || FINAL_SQL.test(code);
}
