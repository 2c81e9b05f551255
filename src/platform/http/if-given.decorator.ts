import { ValidateIf } from 'class-validator';

/** The member of a body may be absent. Unlike IsOptional, it does not accept null. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}
