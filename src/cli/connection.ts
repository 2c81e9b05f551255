import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { usageError } from './cli-error.ts';
import { packageRoot } from './package-root.ts';
import { chosenProfile } from './profiles.ts';
import type { Terminal } from './terminal.ts';

/** Address and API key of the server. `…From` names the source of each value for `doctor`. */
export interface Connection {
  /** Base address without a trailing slash. */
  readonly server: string;
  readonly serverFrom: string;
  readonly token: string | undefined;
  readonly tokenFrom: string;
  /** The data folder of the server: the one found, or where it would be created. */
  readonly dataDir: string;
  /** The account of requests that name none. */
  readonly account: string | undefined;
  /** Why changes are made, for the audit of operations. */
  readonly reason?: string;
}

interface DataFolder {
  readonly path: string;
  readonly server: string | undefined;
  readonly token: string | undefined;
}

const DEFAULT_SERVER = 'http://127.0.0.1:3000';
/** The second names are those of older versions. */
const URL_VARIABLES = ['CONTENTHUB_URL', 'APP_SERVER'];
export const KEY_VARIABLES = ['CONTENTHUB_KEY', 'APP_TOKEN'];

/**
 * Looks at flags, then CONTENTHUB_URL / CONTENTHUB_KEY (or APP_SERVER / APP_TOKEN), then the profile, then the nearest data folder, then the
 * default address.
 */
export function findConnection(
  flags: { server?: string; token?: string; profile?: string },
  { env, cwd }: Pick<Terminal, 'env' | 'cwd'>,
): Connection {
  const name = env.DATA_DIR || '.contenthub';
  const folder = nearestDataFolder(name, [cwd, packageRoot]);
  const chosen = chosenProfile(flags.profile, env);
  const profileFrom = chosen && `the profile ${chosen.name}`;
  const [server, serverFrom] = first([
    [flags.server, '--server'],
    ...(flags.profile === undefined ? URL_VARIABLES.map((variable) => [env[variable], variable] as const) : []),
    [chosen?.profile.server, profileFrom],
    [folder?.server, folder && join(folder.path, 'server.json')],
  ]) ?? [DEFAULT_SERVER, 'default'];
  // A key from a data folder is valid for a server of this machine. It is never sent to another address, nor is that of a profile.
  const foundToken = isThisMachine(server) ? folder?.token : undefined;
  const profileToken = chosen?.profile.server === undefined || chosen.profile.server === server ? chosen?.profile.token : undefined;
  const [token, tokenFrom] = first([
    [flags.token, '--token'],
    ...(flags.profile === undefined ? KEY_VARIABLES.map((variable) => [env[variable], variable] as const) : []),
    [profileToken, profileFrom],
    [foundToken, folder && join(folder.path, 'api-key')],
  ]) ?? [undefined, 'nowhere'];
  return {
    server: checkedAddress(server, serverFrom),
    serverFrom,
    token: checkedToken(token, tokenFrom),
    tokenFrom,
    dataDir: folder?.path ?? resolve(cwd, name),
    account: env.CONTENTHUB_ACCOUNT || chosen?.profile.account,
    ...(env.CONTENTHUB_REASON && { reason: env.CONTENTHUB_REASON }),
  };
}

function first(candidates: readonly (readonly [value: string | undefined, from: string | undefined])[]): [string, string] | undefined {
  for (const [value, from] of candidates) if (value && from) return [value, from];
  return undefined;
}

/** Address and key come from the same folder, so that a key is never sent to the address of another folder. */
function nearestDataFolder(name: string, starts: readonly string[]): DataFolder | undefined {
  for (const start of starts) {
    for (let at = start; ; at = dirname(at)) {
      const folder = readDataFolder(resolve(at, name));
      if (folder.server || folder.token) return folder;
      if (dirname(at) === at) break;
    }
  }
  return undefined;
}

function readDataFolder(path: string): DataFolder {
  return { path, server: readServerFile(join(path, 'server.json')), token: readText(join(path, 'api-key'))?.trim() || undefined };
}

/** A server of this machine writes server.json. One with another address was copied from elsewhere and is ignored. */
function readServerFile(path: string): string | undefined {
  try {
    const { url } = JSON.parse(readText(path) ?? '{}') as { url?: unknown };
    return typeof url === 'string' && /^https?:/.test(url) && isThisMachine(url) ? url : undefined;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isThisMachine(address: string): boolean {
  const host = URL.parse(address)?.hostname.replace(/^\[|\]$/g, '');
  if (host === undefined) return false;
  if (host === 'localhost' || host === '0.0.0.0' || host === '::' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return true;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address: own }) => own === host));
}

function checkedAddress(address: string, from: string): string {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw usageError(`The server address from ${from} is not usable: ${address}`, `contenthub doctor --server ${DEFAULT_SERVER}`);
  }
  return url.href.replace(/\/+$/, '');
}

/** The message never contains the value, because it may be a key with a line break. */
function checkedToken(token: string | undefined, from: string): string | undefined {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw usageError(`The API key from ${from} contains characters that are not valid in a key`, 'contenthub doctor');
  }
  return token;
}
