import { isISO8601, ValidateBy } from 'class-validator';

/**
 * ISO 8601 also has week dates, bare months and local times, which Date cannot parse or parses in the server's time
 * zone. Years must be before 3000: an offset can turn the year 9999 into five digits, which is another format.
 */
export const WITH_OFFSET = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** An existing date with a time and an offset, which `new Date` parses the same everywhere. */
export function IsInstant(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && WITH_OFFSET.test(value) && isISO8601(value, { strict: true });
  const defaultMessage = (): string => '$property must be a time before the year 3000 with an offset, such as 2026-11-23T09:00:00+08:00';
  return ValidateBy({ name: 'isInstant', validator: { validate, defaultMessage } });
}
