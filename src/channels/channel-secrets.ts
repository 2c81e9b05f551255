import { Injectable } from '@nestjs/common';
import { isLoopbackHost, Settings } from '../platform/config/settings.ts';
import { SHORTEST_SECRET } from '../platform/telemetry/scrubber.ts';
import { rejected } from './channel-error.ts';

/** Keeps the settings and every other variable of the process out of reach of those who may change a configuration. */
export const SECRET_PREFIX = 'CHANNEL_';

/** Reads the secrets that configurations name. Their values are hidden in logs and messages, see Settings.secretVariable. */
@Injectable()
export class ChannelSecrets {
  constructor(private readonly settings: Settings) {}

  /** @throws {ChannelError} `secret_missing` with the pointer of the member that names the variable */
  read(variable: string, pointer: string): string {
    const value = variable.startsWith(SECRET_PREFIX) ? this.settings.secretVariable(variable) : undefined;
    if (value === undefined) {
      throw rejected('secret_missing', `The variable ${variable} is not set. Set it in the environment or in .env of the workers.`, {
        pointer,
      });
    }
    if (value.length < SHORTEST_SECRET) {
      const message = `The variable ${variable} has fewer than ${SHORTEST_SECRET} characters. Use a longer secret: a short one could not be removed from logs.`;
      throw rejected('secret_too_short', message, { pointer });
    }
    return value;
  }

  /** @throws {ChannelError} `secret_in_the_clear` when a secret would leave this machine without encryption */
  checkAddress(url: string, pointer: string): void {
    const { protocol, hostname } = new URL(url);
    if (protocol === 'https:' || this.settings.secretsOverHttp || isLoopbackHost(hostname.replace(/^\[|\]$/g, ''))) return;
    const message = `${pointer.slice(1)} begins with http:, so the credentials would be readable on the way. Use https:, or set SECRETS_OVER_HTTP=true.`;
    throw rejected('secret_in_the_clear', message, { pointer });
  }
}
