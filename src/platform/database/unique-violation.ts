const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** True when a statement failed because a unique value already exists. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}

/** True when a statement failed because rows of another table refer to the row. */
export function isForeignKeyViolation(error: unknown): error is Error & { table?: string } {
  return error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION;
}
