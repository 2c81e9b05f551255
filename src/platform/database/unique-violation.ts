const UNIQUE_VIOLATION = '23505';

/** True when a statement failed because a unique value already exists. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
