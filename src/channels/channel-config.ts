import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { closest } from '../core/text/closest.ts';
import type { ProblemDetail } from '../platform/http/problem.ts';
import type { Channel, ChannelConfig } from './channel.ts';
import { SECRET_PREFIX } from './channel-secrets.ts';

/** The members of a configuration that every channel has. `mode` is one of the modes of the channel. */
export function configSchema(
  modes: readonly string[],
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const mode = { enum: modes, description: 'draft leaves the last step to a person, publish makes the text public.' };
  return { type: 'object', properties: { mode, ...properties }, required: ['mode', ...required], additionalProperties: false };
}

/** Schema of the name of an environment variable that holds a secret. The prefix keeps other variables out of reach of editors. */
export const secretVariableSchema = (description: string): object => ({
  type: 'string',
  pattern: `^${SECRET_PREFIX}[A-Z0-9_]{1,100}$`,
  description: `${description} The name of an environment variable that begins with ${SECRET_PREFIX}; its value is not stored.`,
});

export const webAddressSchema = (description: string): object => ({
  type: 'string',
  pattern: '^https?://[^\\s/@?#]+(?:/[^\\s?#]*)?$',
  maxLength: 500,
  description,
});

/** A configuration that does not fit its channel. Each error names a member and what it must be. */
export class ChannelConfigError extends Error {
  override readonly name = 'ChannelConfigError';

  constructor(
    readonly kind: string,
    readonly errors: readonly ProblemDetail[],
  ) {
    super(
      `The configuration does not fit the channel "${kind}": ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`,
    );
  }
}

const ajv = new Ajv({ allErrors: true, strict: true, useDefaults: true });
const validators = new WeakMap<Channel, ValidateFunction>();

/** A copy of the configuration with the defaults of the schema. @throws {ChannelConfigError} */
export function parseChannelConfig<Config extends ChannelConfig>(kind: string, channel: Channel<Config>, given: unknown): Config {
  const { configSchema: schema } = channel.describe();
  const validate = validators.get(channel as Channel) ?? ajv.compile(schema);
  validators.set(channel as Channel, validate);
  const config: unknown = structuredClone(given);
  if (validate(config)) return config as Config;
  const known = Object.keys((schema as { properties: object }).properties);
  throw new ChannelConfigError(
    kind,
    (validate.errors ?? []).map((error) => detailOf(error, known)),
  );
}

function detailOf({ instancePath, keyword, params, message }: ErrorObject, known: readonly string[]): ProblemDetail {
  const values = params as Record<string, unknown>;
  switch (keyword) {
    case 'required':
      return { pointer: `${instancePath}/${String(values.missingProperty)}`, code: 'required', detail: 'is required' };
    case 'additionalProperties': {
      const name = String(values.additionalProperty);
      const meant = closest(name, known);
      const detail = `is no member of this configuration${meant === null ? '' : `; did you mean "${meant}"?`}`;
      return { pointer: `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, code: 'unknown_member', detail };
    }
    case 'enum':
      return { pointer: instancePath, code: 'enum', detail: `must be one of ${(values.allowedValues as unknown[]).join(', ')}` };
    default:
      return { pointer: instancePath, code: keyword, detail: message ?? 'is not valid' };
  }
}
