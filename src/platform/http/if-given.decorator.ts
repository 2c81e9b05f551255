import { ValidateIf } from 'class-validator';

/** The member of a body may be absent. Unlike IsOptional it lets no null pass where a value belongs. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}
