import { ValidateBy, type ValidationOptions } from 'class-validator';

/** True for an address with a user name or a password before its host. */
function holdsCredentials(location: string): boolean {
  const url = URL.parse(location.trim());
  return url !== null && (url.username !== '' || url.password !== '');
}

/**
 * For an address that is stored and shown: in accounts, tasks, the audit, logs and errors. Credentials in it would
 * appear everywhere.
 */
export function HoldsNoCredentials(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value !== 'string' || !holdsCredentials(value);
  const defaultMessage = (): string =>
    '$property must not contain a user name or password, because it is stored and shown. Use an address without them, or a declared task with a secret header';
  return ValidateBy({ name: 'holdsNoCredentials', validator: { validate, defaultMessage } }, options);
}
