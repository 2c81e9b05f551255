import { ValidateBy } from 'class-validator';

const MAX_LENGTH = 200;
const MAX_WORDS = 10;

/** 1 to 10 words, at most 200 characters: the cost of a search grows with both. */
export function IsSearchText(): PropertyDecorator {
  const validate = (value: unknown): boolean => {
    if (typeof value !== 'string' || value.length > MAX_LENGTH) return false;
    const words = value.split(/\s+/).filter((word) => word !== '').length;
    return words >= 1 && words <= MAX_WORDS;
  };
  const defaultMessage = (): string => `$property must have 1 to ${MAX_WORDS} words, at most ${MAX_LENGTH} characters`;
  return ValidateBy({ name: 'isSearchText', validator: { validate, defaultMessage } });
}
