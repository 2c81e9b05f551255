import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import { EgressError } from './egress-error.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
export const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

export function parseTarget(url: string, base?: URL): URL {
  const target = URL.parse(url, base?.href);
  if (target === null) throw new EgressError('invalid_url', 'The address', 'is not a complete http: or https: address');
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new EgressError('forbidden_scheme', 'The address', `begins with ${target.protocol}, but only http: and https: are allowed`);
  }
  if (target.username || target.password) throw new EgressError('forbidden_credentials', target.host, 'contains a user name or password');
  return target;
}

/** Node rejects such headers only while sending, as if the connection had failed. */
export function checkHeaders(target: URL, headers: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new EgressError('invalid_header', nameOf(target), `cannot get the header ${JSON.stringify(name)} with this value`);
    }
  }
}

/** The next address of an answer that redirects; null for another answer. @throws {EgressError} */
export function redirectOf(response: IncomingMessage, target: URL, method: string): URL | null {
  if (!REDIRECTS.has(response.statusCode ?? 0) || response.headers.location === undefined) return null;
  if (method !== 'GET') {
    const { statusCode: status } = response;
    throw new EgressError('forbidden_redirect', nameOf(target), `redirects a ${method}, which is not followed`, { status });
  }
  const next = parseTarget(response.headers.location, target);
  if (target.protocol === 'https:' && next.protocol === 'http:')
    throw new EgressError('forbidden_scheme', nameOf(target), 'redirects from https: to http:');
  return next;
}

/** Without the query, which may contain a key. A long path is left out: a truncated secret would not be recognised and removed. */
export function nameOf({ host, pathname }: URL): string {
  return `${host}${pathname.length > 200 ? '/…' : pathname}`;
}
