import { isLoopbackHost, type Settings } from '../platform/config/settings.ts';
import { SHORTEST_SECRET } from '../platform/telemetry/scrubber.ts';
import { CreationError } from './creation-error.ts';
import type { SecretHeader } from './creator.ts';

/** Keeps the settings and every other variable of the process out of reach of those who may change a source. */
export const SOURCE_SECRET_PREFIX = 'SOURCE_SECRET_';

/**
 * The headers of a request to a source, with their values. Settings hides the values in logs and messages.
 * @throws {CreationError} `invalid_input` that names the variable
 */
export function readSecretHeaders(settings: Settings, url: string, headers: readonly SecretHeader[]): Record<string, string> {
  if (headers.length > 0) checkAddress(settings, url);
  return Object.fromEntries(headers.map(({ name, variable }) => [name, valueOf(settings, variable)]));
}

function valueOf(settings: Settings, variable: string): string {
  const value = variable.startsWith(SOURCE_SECRET_PREFIX) ? settings.secretVariable(variable) : undefined;
  if (value === undefined)
    throw new CreationError('invalid_input', `The variable ${variable} is not set. Set it in the environment or in .env of every process.`);
  if (value.length >= SHORTEST_SECRET) return value;
  const message = `The variable ${variable} has fewer than ${SHORTEST_SECRET} characters: such a secret could not be removed from logs.`;
  throw new CreationError('invalid_input', message);
}

function checkAddress({ secretsOverHttp }: Settings, url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || secretsOverHttp || isLoopbackHost(hostname.replace(/^\[|\]$/g, ''))) return;
  throw new CreationError(
    'invalid_input',
    'The address begins with http:, so the secret headers would be readable on the way. Use https:, or set SECRETS_OVER_HTTP=true.',
  );
}
