import { Injectable } from '@nestjs/common';
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { timerMs } from '../../core/time/timer-ms.ts';
import { Settings } from '../config/settings.ts';
import { inSpan } from '../telemetry/tracing/tracing.ts';
import { EgressError } from './egress-error.ts';
import { checkHeaders, hostOf, nameOf, parseTarget, portOf, redirectOf } from './egress-target.ts';
import { isGlobalAddress } from './global-address.ts';
import { readText } from './read-text.ts';
import { flatHeaders, IdleTimer, streamBody, type StreamedAnswer } from './stream-body.ts';

export interface FetchOptions {
  signal?: AbortSignal;
  /** Limit of the body in bytes. Default: 1,000,000. */
  maxBytes?: number;
  /** Truncates a longer body instead of rejecting it. */
  allowCut?: boolean;
  /** For name resolution, connection, redirects and body together. Default: 10,000. */
  timeoutMs?: number;
  /** Not sent to another origin that the first one redirects to. */
  headers?: Readonly<Record<string, string>>;
}

export interface EgressRequest extends FetchOptions {
  method: string;
  url: string;
  body?: string | Uint8Array;
  /** False rejects the redirects of a GET too. Default: true. */
  followRedirects?: boolean;
}

export interface StreamRequest extends Omit<EgressRequest, 'timeoutMs' | 'allowCut' | 'followRedirects'> {
  signal: AbortSignal;
  maxBytes: number;
  /** The longest pause within the answer, and before it. */
  idleMs: number;
}

export interface EgressAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The decoded body. With a status other than 2xx it is truncated at `maxBytes`, and empty when it was compressed. */
  text: string;
  /** The body is longer than `maxBytes`. */
  cut: boolean;
}

export interface Address {
  address: string;
  family: number;
}

type Message = Pick<EgressRequest, 'method' | 'headers' | 'body'>;

const PORTS = new Set(['80', '443', '8080', '8443']);
const MAX_REDIRECTS = 3;

/**
 * The only HTTP client for addresses from users. A name is resolved once, and the connection goes to the address that
 * was checked, because a second resolution could give another one. Each redirect is checked like a first request. No
 * proxy variables, no cookies, no reuse of connections.
 */
@Injectable()
export class EgressClient {
  private readonly allowed: Set<string>;

  constructor(settings: Settings) {
    this.allowed = new Set(settings.egressAllowPrivate);
  }

  /** A client that may also reach these `host:port`, as if EGRESS_ALLOW_PRIVATE named them. */
  static allowing(settings: Settings, hosts: readonly string[]): EgressClient {
    const client = new EgressClient(settings);
    for (const host of hosts) client.allowed.add(host);
    return client;
  }

  /** Returns a 2xx answer with its decoded body. @throws {EgressError} */
  async fetch(url: string, options: FetchOptions = {}): Promise<EgressAnswer> {
    const answer = await this.request({ ...options, method: 'GET', url });
    const { status } = answer;
    if (!isSuccess(status)) throw new EgressError('bad_status', nameOf(parseTarget(url)), `answered ${status}`, { status });
    return answer;
  }

  /**
   * Returns an answer with any status. Redirects of a GET are followed, to another origin without `headers`. Other
   * redirects are rejected, because the caller did not ask to repeat the request elsewhere. @throws {EgressError}
   */
  async request({
    url,
    maxBytes = 1_000_000,
    allowCut = false,
    timeoutMs = 10_000,
    followRedirects = true,
    signal: cancelled,
    ...message
  }: EgressRequest): Promise<EgressAnswer> {
    const timeout = AbortSignal.timeout(timerMs(timeoutMs));
    const signal = cancelled ? AbortSignal.any([cancelled, timeout]) : timeout;
    const origin = parseTarget(url).origin;
    let target = parseTarget(url);
    checkHeaders(target, message.headers);
    let sent = false;
    const onConnected = (): void => {
      sent = true;
    };
    try {
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        sent = false;
        const hopMessage = target.origin === origin ? message : { ...message, headers: {} };
        const response = await this.open(target, hopMessage, signal, onConnected);
        try {
          const next = redirectOf(response, target, message.method);
          if (next === null) return await read(response, target, { maxBytes, allowCut });
          if (!followRedirects) throw new EgressError('forbidden_redirect', nameOf(target), 'redirects, which is not followed');
          target = next;
        } finally {
          response.destroy();
        }
      }
    } catch (error) {
      throw explain(error, target, { timedOut: timeout.aborted, aborted: cancelled?.aborted ?? false, sent });
    }
    throw new EgressError('too_many_redirects', nameOf(target), `redirects more than ${MAX_REDIRECTS} times`);
  }

  /**
   * Returns an answer with any status as soon as its head has arrived; the body is read while it comes. A redirect is rejected.
   * The body throws an EgressError, `timeout` after `idleMs` without a byte. @throws {EgressError}
   */
  async stream({ url, signal: cancelled, idleMs, maxBytes, ...message }: StreamRequest): Promise<StreamedAnswer> {
    const target = parseTarget(url);
    checkHeaders(target, message.headers);
    const idle = new IdleTimer(idleMs);
    const signal = AbortSignal.any([cancelled, idle.signal]);
    let sent = false;
    const state = () => ({ timedOut: idle.signal.aborted, aborted: cancelled.aborted, sent });
    try {
      const response = await this.open(target, message, signal, () => (sent = true));
      redirectOf(response, target, 'POST');
      const body = streamBody(response, { maxBytes, idle, explain: (error) => explain(error, target, state()) });
      return { status: response.statusCode ?? 0, statusText: response.statusMessage ?? '', headers: flatHeaders(response), body };
    } catch (error) {
      idle.stop();
      throw explain(error, target, state());
    }
  }

  /** Rejects an address that no request may have, as far as this shows without resolving its name. @throws {EgressError} */
  check(url: string): void {
    const target = parseTarget(url);
    this.checkPort(target);
    const host = hostOf(target);
    this.checkAddresses(target, isIP(host) ? [{ address: host, family: isIP(host) }] : []);
  }

  /** All addresses of a name. */
  protected resolveName(host: string): Promise<Address[]> {
    return lookup(host, { all: true });
  }

  /** Resolves with the head of the answer. The span has no path and no query, because they may contain a key. */
  private open(target: URL, message: Message, signal: AbortSignal, onConnected: () => void): Promise<IncomingMessage> {
    const attributes = { 'http.request.method': message.method, 'server.address': target.hostname, 'server.port': portOf(target) };
    return inSpan(message.method, { kind: 'client', attributes }, async (span) => {
      const traced: Record<string, string> = span.traceContext === null ? {} : { traceparent: span.traceContext };
      const response = await this.connect(target, { ...message, headers: { ...traced, ...message.headers } }, signal, onConnected);
      span.set({ 'http.response.status_code': response.statusCode ?? 0 });
      return response;
    });
  }

  /** `onConnected` runs when the connection can carry the request, for https: after the TLS handshake. */
  private async connect(
    target: URL,
    { method, headers, body }: Message,
    signal: AbortSignal,
    onConnected: () => void,
  ): Promise<IncomingMessage> {
    const addresses = await this.addressesOf(target, signal);
    const pinned: LookupFunction = (_host, options, answer) => {
      const first = addresses[0] as Address;
      if (options.all) answer(null, addresses);
      else answer(null, first.address, first.family);
    };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = { 'user-agent': 'ContentHub', accept: '*/*', ...headers, ...length, 'accept-encoding': 'identity' };
    return new Promise((resolve, reject) => {
      const [send, connected] = target.protocol === 'https:' ? [httpsRequest, 'secureConnect'] : [httpRequest, 'connect'];
      send(target, { method, agent: false, lookup: pinned, signal, headers: sent }, resolve)
        .once('error', reject)
        .once('socket', (socket) => socket.once(connected, onConnected))
        .end(body);
    });
  }

  /**
   * An address of a server that does not speak HTTP, checked by the same rules. The caller connects to it and to no other.
   * @throws {EgressError}
   */
  async addressOf(host: string, port: number, ports: ReadonlySet<string>, signal: AbortSignal): Promise<string> {
    const target = URL.parse(`http://${host}:${port}`);
    if (target === null || target.pathname !== '/' || target.username !== '' || target.search !== '')
      throw new EgressError('invalid_url', 'The host', 'is not a host name or address');
    const [first] = await this.addressesOf(target, signal, ports);
    return (first as Address).address;
  }

  private async addressesOf(target: URL, signal: AbortSignal, ports: ReadonlySet<string> = PORTS): Promise<Address[]> {
    this.checkPort(target, ports);
    const host = hostOf(target);
    const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolved(this.resolveName(host), target, signal);
    this.checkAddresses(target, addresses);
    return addresses;
  }

  private isExcepted(target: URL): boolean {
    return this.allowed.has(`${target.hostname}:${portOf(target)}`);
  }

  private checkPort(target: URL, ports: ReadonlySet<string> = PORTS): void {
    const port = portOf(target);
    if (!this.isExcepted(target) && !ports.has(port))
      throw new EgressError('forbidden_port', nameOf(target), `has port ${port}, which is not one of ${[...ports].join(', ')}`);
  }

  private checkAddresses(target: URL, addresses: readonly Address[]): void {
    // One private address among public ones is rejected too, because the connection could use it.
    if (this.isExcepted(target) || addresses.every(({ address }) => isGlobalAddress(address))) return;
    const why = `is not a public address (EGRESS_ALLOW_PRIVATE can allow ${target.hostname}:${portOf(target)})`;
    throw new EgressError('forbidden_address', nameOf(target), why);
  }
}

/** getaddrinfo cannot be cancelled, so its answer is ignored after an abort. */
async function resolved(addresses: Promise<Address[]>, target: URL, signal: AbortSignal): Promise<Address[]> {
  const cancelled = Promise.withResolvers<never>();
  const cancel = (): void => cancelled.reject(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([addresses, cancelled.promise]);
  } catch (error) {
    signal.throwIfAborted();
    throw new EgressError('unresolvable', nameOf(target), 'has a name that does not resolve', { cause: error });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function read(
  response: IncomingMessage,
  target: URL,
  { maxBytes, allowCut }: { maxBytes: number; allowCut: boolean },
): Promise<EgressAnswer> {
  const status = response.statusCode ?? 0;
  const { text, fault } = await readText(response, maxBytes);
  const cut = fault?.code === 'too_large';
  if (fault !== null && isSuccess(status) && !(cut && allowCut))
    throw new EgressError(fault.code, nameOf(target), fault.reason, { status });
  return { status, headers: response.headers, text, cut };
}

function explain(error: unknown, target: URL, state: { timedOut: boolean; aborted: boolean; sent: boolean }): EgressError {
  if (error instanceof EgressError) return error;
  const options = { cause: error, sent: state.sent };
  if (state.aborted) return new EgressError('aborted', nameOf(target), 'is no longer awaited', options);
  if (state.timedOut) return new EgressError('timeout', nameOf(target), 'did not answer completely in time', options);
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return new EgressError('connection_failed', nameOf(target), `could not be reached${code}`, options);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
