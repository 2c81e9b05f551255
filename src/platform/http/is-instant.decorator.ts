import { isISO8601, ValidateBy } from 'class-validator';

/**
 * ISO 8601 also has week dates, bare months and local times, which Date cannot read or reads in the zone of the server.
 * Years end before 3000: an offset makes five digits of the year 9999, which is another format again.
 */
const WITH_OFFSET = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A moment: an existing date with a time and an offset, as `new Date` reads it everywhere alike. */
export function IsInstant(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && WITH_OFFSET.test(value) && isISO8601(value, { strict: true });
  const defaultMessage = (): string => '$property must be a time with an offset, such as 2026-11-23T09:00:00+08:00';
  return ValidateBy({ name: 'isInstant', validator: { validate, defaultMessage } });
}
