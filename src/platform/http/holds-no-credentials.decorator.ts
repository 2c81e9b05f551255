import { ValidateBy, type ValidationOptions } from 'class-validator';

/** True for an address with a user name or a password before its host. */
function holdsCredentials(location: string): boolean {
  const url = URL.parse(location.trim());
  return url !== null && (url.username !== '' || url.password !== '');
}

/** An address that is stored and shown: in accounts, tasks, the audit, logs and errors. Credentials in it would be everywhere. */
export function HoldsNoCredentials(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value !== 'string' || !holdsCredentials(value);
  const defaultMessage = (): string =>
    '$property must hold no user name or password: it is stored and shown. Use an address that needs none, or a declared task with a secret header';
  return ValidateBy({ name: 'holdsNoCredentials', validator: { validate, defaultMessage } }, options);
}
