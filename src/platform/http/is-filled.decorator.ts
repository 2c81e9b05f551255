import { ValidateBy, type ValidationOptions } from 'class-validator';

/** A string with at least one visible character. */
export function IsFilled(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && /\S/.test(value);
  return ValidateBy({ name: 'isFilled', validator: { validate, defaultMessage: () => '$property must not be blank' } }, options);
}
