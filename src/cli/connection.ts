import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { usageError } from './cli-error.ts';
import { packageRoot } from './package-root.ts';
import type { Terminal } from './terminal.ts';

/** Where the server is and how to prove who asks; `…From` names the origin of each for `doctor`. */
export interface Connection {
  /** Base address without a slash at the end. */
  readonly server: string;
  readonly serverFrom: string;
  readonly token: string | undefined;
  readonly tokenFrom: string;
  /** The folder the server keeps its data in: the one found, or where it would be created. */
  readonly dataDir: string;
}

interface DataFolder {
  readonly path: string;
  readonly server: string | undefined;
  readonly token: string | undefined;
}

const DEFAULT_SERVER = 'http://127.0.0.1:3000';

/** Flags, then APP_SERVER / APP_TOKEN, then the nearest data folder, then the default address. */
export function findConnection(flags: { server?: string; token?: string }, { env, cwd }: Pick<Terminal, 'env' | 'cwd'>): Connection {
  const name = env.DATA_DIR || '.contenthub';
  const folder = nearestDataFolder(name, [cwd, packageRoot]);
  const [server, serverFrom] = first([
    [flags.server, '--server'],
    [env.APP_SERVER, 'APP_SERVER'],
    [folder?.server, folder && join(folder.path, 'server.json')],
  ]) ?? [DEFAULT_SERVER, 'default'];
  // A key found in a folder belongs to the server of this machine; it never travels to an address given by name.
  const foundToken = isThisMachine(server) ? folder?.token : undefined;
  const [token, tokenFrom] = first([
    [flags.token, '--token'],
    [env.APP_TOKEN, 'APP_TOKEN'],
    [foundToken, folder && join(folder.path, 'api-key')],
  ]) ?? [undefined, 'nowhere'];
  return {
    server: checkedAddress(server, serverFrom),
    serverFrom,
    token: checkedToken(token, tokenFrom),
    tokenFrom,
    dataDir: folder?.path ?? resolve(cwd, name),
  };
}

function first(candidates: readonly [value: string | undefined, from: string | undefined][]): [string, string] | undefined {
  for (const [value, from] of candidates) if (value && from) return [value, from];
  return undefined;
}

/** Server and key are taken from one folder, so that a folder higher up cannot lend its key to another's address. */
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

/** server.json is written by a server of this machine; one that points elsewhere came with somebody's files and is ignored. */
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

/** The value is never repeated: it may be a key with a stray line break. */
function checkedToken(token: string | undefined, from: string): string | undefined {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw usageError(`The API key from ${from} contains characters no key has`, 'contenthub doctor');
  }
  return token;
}
