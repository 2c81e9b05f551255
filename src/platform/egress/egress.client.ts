import { Injectable } from '@nestjs/common';
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Settings } from '../config/settings.ts';
import { EgressError } from './egress-error.ts';
import { isGlobalAddress } from './global-address.ts';

export interface FetchOptions {
  signal?: AbortSignal;
  /** Of the body, in bytes. */
  maxBytes?: number;
  /** For everything: name, connection, redirects and body. */
  timeoutMs?: number;
}

export interface Address {
  address: string;
  family: number;
}

const PORTS = new Set(['80', '443', '8080', '8443']);
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The only way out for addresses that people typed. Names are resolved once and the connection goes to the address that
 * was checked (a second resolution could answer differently); each redirect is checked like a first request. No proxy
 * variables, no cookies, no reuse of connections.
 */
@Injectable()
export class EgressClient {
  private readonly allowed: Set<string>;

  constructor(settings: Settings) {
    this.allowed = new Set(settings.egressAllowPrivate);
  }

  /** The decoded body of a 2xx answer. @throws {EgressError} */
  async fetchText(url: string, options: FetchOptions = {}): Promise<string> {
    const { maxBytes = 1_000_000, timeoutMs = 10_000 } = options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    let target = parseTarget(url);
    try {
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        const response = await this.open(target, signal);
        try {
          const next = redirectOf(response, target);
          if (next === null) return await readText(response, target, maxBytes);
          target = next;
        } finally {
          response.destroy();
        }
      }
    } catch (error) {
      throw explain(error, target, { timedOut: timeout.aborted, aborted: options.signal?.aborted ?? false });
    }
    throw new EgressError('too_many_redirects', `${nameOf(target)} redirects more than ${MAX_REDIRECTS} times`);
  }

  /** All addresses of a name. */
  protected resolveName(host: string): Promise<Address[]> {
    return lookup(host, { all: true });
  }

  private async open(target: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const addresses = await this.addressesOf(target, signal);
    const pinned: LookupFunction = (_host, options, answer) => {
      const first = addresses[0] as Address;
      if (options.all) answer(null, addresses);
      else answer(null, first.address, first.family);
    };
    const headers = { 'user-agent': 'ContentHub', accept: '*/*', 'accept-encoding': 'identity' };
    return new Promise((resolve, reject) => {
      const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
      send(target, { agent: false, lookup: pinned, signal, headers }, resolve).once('error', reject).end();
    });
  }

  private async addressesOf(target: URL, signal: AbortSignal): Promise<Address[]> {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const port = target.port || (target.protocol === 'https:' ? '443' : '80');
    const excepted = this.allowed.has(`${target.hostname}:${port}`);
    if (!excepted && !PORTS.has(port))
      throw new EgressError('forbidden_port', `port ${port} of ${nameOf(target)} is not one of ${[...PORTS].join(', ')}`);
    const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolved(this.resolveName(host), target, signal);
    // One private address among public ones is refused too: the connection could end there.
    if (!excepted && !addresses.every(({ address }) => isGlobalAddress(address))) {
      throw new EgressError(
        'forbidden_address',
        `${nameOf(target)} is not a public address (EGRESS_ALLOW_PRIVATE can allow ${target.hostname}:${port})`,
      );
    }
    return addresses;
  }
}

function parseTarget(url: string, base?: URL): URL {
  const target = URL.parse(url, base?.href);
  if (target === null) throw new EgressError('invalid_url', 'the address is not a complete http: or https: address');
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new EgressError('forbidden_scheme', `${target.protocol} addresses are not fetched, only http: and https:`);
  }
  if (target.username || target.password)
    throw new EgressError('forbidden_credentials', `the address of ${target.host} holds a user name or password`);
  return target;
}

/** getaddrinfo cannot be cancelled; its answer is only no longer waited for. */
async function resolved(addresses: Promise<Address[]>, target: URL, signal: AbortSignal): Promise<Address[]> {
  const cancelled = Promise.withResolvers<never>();
  const cancel = (): void => cancelled.reject(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([addresses, cancelled.promise]);
  } catch (error) {
    signal.throwIfAborted();
    throw new EgressError('unresolvable', `the name of ${nameOf(target)} has no address`, { cause: error });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function redirectOf(response: IncomingMessage, target: URL): URL | null {
  if (!REDIRECTS.has(response.statusCode ?? 0) || response.headers.location === undefined) return null;
  const next = parseTarget(response.headers.location, target);
  if (target.protocol === 'https:' && next.protocol === 'http:')
    throw new EgressError('forbidden_scheme', `${nameOf(target)} redirects from https: to http:`);
  return next;
}

async function readText(response: IncomingMessage, target: URL, maxBytes: number): Promise<string> {
  const status = response.statusCode ?? 0;
  const refuse = (code: 'bad_status' | 'unsupported_encoding' | 'too_large', why: string): never => {
    throw new EgressError(code, `${nameOf(target)} ${why}`, { status });
  };
  if (status < 200 || status > 299) refuse('bad_status', `answered ${status}`);
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') refuse('unsupported_encoding', 'sent a compressed body, which was not asked for');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) refuse('too_large', `sent more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks), response.headers['content-type'] ?? '');
}

/** Charset of the header, else of the XML declaration (feeds in GBK often say it only there), else UTF-8. */
function decode(body: Buffer, contentType: string): string {
  const declared = /charset="?([\w-]+)/i.exec(contentType) ?? /^<\?xml[^>]*?encoding=["']([\w-]+)/.exec(body.toString('latin1', 0, 200));
  try {
    return new TextDecoder(declared?.[1] ?? 'utf-8').decode(body);
  } catch {
    return new TextDecoder().decode(body); // a charset nobody knows
  }
}

function explain(error: unknown, target: URL, { timedOut, aborted }: { timedOut: boolean; aborted: boolean }): EgressError {
  if (error instanceof EgressError) return error;
  if (aborted) return new EgressError('aborted', `the request to ${nameOf(target)} was cancelled`, { cause: error });
  if (timedOut) return new EgressError('timeout', `${nameOf(target)} did not answer completely in time`, { cause: error });
  return new EgressError('connection_failed', `the connection to ${nameOf(target)} failed`, { cause: error });
}

/** Without the query, which may hold a key. */
function nameOf(target: URL): string {
  return `${target.host}${target.pathname.slice(0, 200)}`;
}
