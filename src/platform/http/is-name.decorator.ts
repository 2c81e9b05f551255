import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationOptions } from 'class-validator';

/**
 * Control characters, line and paragraph separators, lone surrogates, private characters, marks that turn the direction of
 * text, and characters without width. The joiners stay: emoji and some scripts need them.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/u;

/** One spelling of what people type as a name: NFC, without white space around it. Anything else is left as it is. */
export function toName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toName);
  return typeof value === 'string' ? value.normalize('NFC').trim() : value;
}

/** A name that people type: stored in NFC and trimmed, so that two that look alike are one; it has something to read and nothing unprintable. */
export function IsName(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && /\S/.test(value) && !UNPRINTABLE.test(value);
  const defaultMessage = (): string => '$property must not be blank, and must hold no control or invisible characters';
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => toName(value)),
    ValidateBy({ name: 'isName', validator: { validate, defaultMessage } }, options),
  );
}
