import { Matches, type ValidationOptions } from 'class-validator';

/** A text with something to read in it: spaces alone are none. */
export function IsFilled(options?: ValidationOptions): PropertyDecorator {
  return Matches(/\S/, { message: '$property must not be blank', ...options });
}
