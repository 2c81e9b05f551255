import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

/** ISO 8601 also has week dates, bare months and local times, which Date cannot read or reads in the zone of the server. */
const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A moment: an existing date with a time and an offset, as `new Date` reads it everywhere alike. */
export function IsInstant(): PropertyDecorator {
  const message = '$property must be a time with an offset, such as 2026-11-23T09:00:00+08:00';
  return applyDecorators(IsISO8601({ strict: true }, { message }), Matches(WITH_OFFSET, { message }));
}
