import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationOptions } from 'class-validator';

/**
 * Control characters, line and paragraph separators, lone surrogates, private-use characters, bidi marks, and
 * characters without width. The joiners are allowed, because emoji and some scripts need them.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/u;

/** Normalizes a name: NFC, without surrounding white space. Other values are returned unchanged. */
export function toName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toName);
  return typeof value === 'string' ? value.normalize('NFC').trim() : value;
}

/**
 * A name typed by a user: stored in NFC and trimmed, so that equal-looking names are equal. It must be visible and
 * must not contain unprintable characters.
 */
export function IsName(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && /\S/.test(value) && !UNPRINTABLE.test(value);
  const defaultMessage = (): string => '$property must not be blank, and must not contain control or invisible characters';
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => toName(value)),
    ValidateBy({ name: 'isName', validator: { validate, defaultMessage } }, options),
  );
}
