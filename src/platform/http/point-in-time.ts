import { isISO8601, ValidateBy } from 'class-validator';
import { isoDurationSeconds } from '../../core/time/iso-duration.ts';
import { WITH_OFFSET } from './is-instant.decorator.ts';

/** 400 years: older times are before the year that IsInstant accepts first. */
const MAX_SECONDS = 400 * 366 * 86_400;

/** A time as IsInstant accepts it, or an ISO 8601 duration before now, such as PT24H. */
export function IsPointInTime(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && (isInstant(value) || secondsBefore(value) !== undefined);
  const defaultMessage = (): string =>
    '$property must be a time with an offset, such as 2026-11-23T09:00:00+08:00, or a duration before now, such as PT24H or P7D';
  return ValidateBy({ name: 'isPointInTime', validator: { validate, defaultMessage } });
}

/** Of a text that IsPointInTime accepts. */
export function toPointInTime(text: string, now: Date): Date {
  const seconds = secondsBefore(text);
  return seconds === undefined ? new Date(text) : new Date(now.getTime() - seconds * 1_000);
}

function isInstant(text: string): boolean {
  return WITH_OFFSET.test(text) && isISO8601(text, { strict: true });
}

function secondsBefore(text: string): number | undefined {
  const seconds = isoDurationSeconds(text);
  return seconds !== undefined && seconds <= MAX_SECONDS ? seconds : undefined;
}
