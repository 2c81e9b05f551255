import { ProblemError } from '../../platform/http/problem.ts';

interface StartOptions {
  runAt?: Date | null;
  priority?: number;
  maxAttempts?: number;
  timeoutMs?: number;
}

const integerBetween = (least: number, most: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most
    ? undefined
    : `must be an integer from ${least} to ${most}`;

/** The limits are those of the columns of `tasks`. Later years have another text form, which PostgreSQL does not parse. */
const CHECKS: { readonly [Name in keyof StartOptions]-?: (value: unknown) => string | undefined } = {
  runAt: (value) => {
    const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN;
    return year >= 1 && year <= 9_999 ? undefined : 'must be a date in the years 1 to 9999';
  },
  priority: integerBetween(1, 10),
  maxAttempts: integerBetween(1, 32_767),
  timeoutMs: integerBetween(1, 2_147_483_647),
};

/**
 * The HTTP API validates its bodies. Submissions from code are validated here, so that an invalid value does not fail
 * a batch of rows. @throws {ProblemError} 422 that names each field.
 */
export function checkStartOptions(options: StartOptions): void {
  const errors = Object.entries(CHECKS).flatMap(([name, check]) => {
    const value = options[name as keyof StartOptions];
    const detail = value === undefined || value === null ? undefined : check(value);
    return detail === undefined ? [] : [{ pointer: `/${name}`, code: 'invalid_start_option', detail }];
  });
  if (errors.length === 0) return;
  const detail = errors.map(({ pointer, detail: problem }) => `${pointer.slice(1)} ${problem}.`).join(' ');
  throw ProblemError.unprocessable('invalid_start_option', 'The task cannot be submitted.', { detail, errors });
}
