import { isLoopbackHost } from '../../platform/config/settings.ts';
import { webhookKey } from '../../platform/egress/standard-webhook.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { AlertChannel, ChannelConfig, ChannelFields, ChannelKind, ChannelSecrets } from './alert-channel.ts';

type Member = keyof ChannelConfig | keyof ChannelSecrets;

const MEMBERS: Readonly<Record<ChannelKind, { required: readonly Member[]; optional: readonly Member[] }>> = {
  webhook: { required: ['url'], optional: ['signingSecret'] },
  feishu: { required: ['url'], optional: ['signingSecret', 'language'] },
  slack: { required: ['url'], optional: ['language'] },
  email: { required: ['host', 'port', 'security', 'from', 'to'], optional: ['user', 'password', 'language'] },
};
/** A stored password goes to the server that it was given for, and nowhere else. */
const SERVER: readonly (keyof ChannelConfig)[] = ['host', 'port', 'security'];

/** @throws {ProblemError} 422 for a member that is missing, of another kind, or that would leave this machine in the clear */
export function checkChannel({ kind, config, secrets }: ChannelFields, secretsOverHttp: boolean): void {
  const given: Readonly<Record<string, unknown>> = { ...config, ...secrets };
  const { required, optional } = MEMBERS[kind];
  for (const name of required) if (given[name] === undefined) throw invalid(name, 'required', `${name} is required for the kind ${kind}`);
  for (const name of Object.keys(given)) {
    if (![...required, ...optional].includes(name as Member))
      throw invalid(
        name,
        'not_of_this_kind',
        `${name} is not a member of the kind ${kind}, which has ${[...required, ...optional].join(', ')}`,
      );
  }
  if ((config.user === undefined) !== (secrets.password === undefined))
    throw invalid('password', 'incomplete', 'give user and password together, or neither');
  if (kind === 'webhook' && secrets.signingSecret !== undefined && webhookKey(secrets.signingSecret) === null)
    throw invalid('signingSecret', 'invalid_secret', 'signingSecret must be whsec_ and at least 24 bytes in Base64');
  checkEncryption(config, secrets, secretsOverHttp);
}

/** @throws {ProblemError} 422 when a stored password would be sent to another server */
export function checkServerChange(before: AlertChannel, changes: ChannelConfig, password: string | undefined): void {
  if (before.secrets.password === undefined || password !== undefined) return;
  const moved = SERVER.find((name) => changes[name] !== undefined && changes[name] !== before.config[name]);
  if (moved !== undefined)
    throw invalid(
      'password',
      'password_required',
      `${moved} changes, so the password must be given again: the stored one is for the other server`,
    );
}

/** The address of a channel is a secret, as its password. */
function checkEncryption({ host, security }: ChannelConfig, { url, password }: ChannelSecrets, secretsOverHttp: boolean): void {
  if (secretsOverHttp) return;
  const remedy = 'or set SECRETS_OVER_HTTP=true in a trusted network';
  if (url !== undefined) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:' && !isLoopbackHost(hostname.replace(/^\[|\]$/g, '')))
      throw invalid('url', 'secret_in_the_clear', `url begins with http:, so its key would be readable on the way. Use https:, ${remedy}`);
  }
  if (password !== undefined && security === 'none' && !isLoopbackHost(host ?? ''))
    throw invalid(
      'security',
      'secret_in_the_clear',
      `with security none the password would be readable on the way. Use tls or starttls, ${remedy}`,
    );
}

function invalid(name: string, code: string, detail: string): ProblemError {
  const errors = [{ pointer: `/${name}`, code, detail }];
  return ProblemError.unprocessable('invalid_channel', 'The channel is not valid.', { detail: `${detail}.`, errors });
}
