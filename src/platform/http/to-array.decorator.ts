import { Transform } from 'class-transformer';

/** A query parameter that may be repeated: one value becomes a list of one. */
export function ToArray(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value]));
}
