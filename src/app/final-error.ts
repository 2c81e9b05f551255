import { RuntimeException } from '@nestjs/core/errors/exceptions/runtime.exception.js';
import { ConfigurationError } from '../platform/config/configuration-error.ts';

/** Errors of listening: no permission for a port below 1024, or an address of another machine. */
const FINAL_CODES = new Set(['EACCES', 'EPERM', 'EROFS', 'EADDRNOTAVAIL']);
/** SQLSTATE classes: rejected login (28), unknown database (3D), invalid or forbidden statement (42). */
const FINAL_SQL = /^(?:28|3D|42)[0-9A-Z]{3}$/;
const MISTAKES = [TypeError, ReferenceError, SyntaxError, RangeError];

/** True when the same start would fail again, so that a restart is useless: invalid settings, definitions, modules or code. */
export function isFinalStartError(error: unknown): boolean {
  if (error instanceof ConfigurationError || error instanceof RuntimeException) return true;
  if (!(error instanceof Error)) return false;
  // A failed fetch is a TypeError with a cause.
  if (MISTAKES.some((type) => error instanceof type)) return error.cause === undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return FINAL_CODES.has(code) || FINAL_SQL.test(code);
}
