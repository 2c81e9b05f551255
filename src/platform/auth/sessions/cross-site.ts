import { ProblemError } from '../../http/problem.ts';

/** What a browser says about the page that sends a request. */
export interface RequestOrigin {
  readonly method: string;
  /** Sec-Fetch-Site. Browsers send it to https and to this machine only. */
  readonly fetchSite: string | undefined;
  /** Origin. Browsers send it with every write. */
  readonly origin: string | undefined;
  /** The origins by which this server is reached. */
  readonly own: readonly string[];
}

/**
 * Refuses a request that a page of another site sent with the cookie of a user. A write must prove that it comes from a page of this
 * server, a read may also be typed into the address bar. @throws {ProblemError} 403
 */
export function requireSameOrigin({ method, fetchSite, origin, own }: RequestOrigin): void {
  if (origin !== undefined && !own.includes(origin)) throw crossSite(`The header Origin is ${shown(origin)}.`);
  if (fetchSite === undefined && (isRead(method) || origin !== undefined)) return;
  if (fetchSite === 'same-origin' || (fetchSite === 'none' && isRead(method))) return;
  throw crossSite(
    fetchSite === undefined ? 'It has neither Sec-Fetch-Site nor Origin.' : `The header Sec-Fetch-Site is ${shown(fetchSite)}.`,
  );
}

/** The same for a sign-in, which no cookie proves: a program that is no browser sends neither header. @throws {ProblemError} 403 */
export function requireNoForeignPage(from: RequestOrigin): void {
  if (from.fetchSite !== undefined || from.origin !== undefined) requireSameOrigin(from);
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 100));
}

function crossSite(why: string): ProblemError {
  return ProblemError.forbidden('cross_site_request', 'A request with the cookie of a session must come from a page of this server.', {
    detail: `${why} Programs send Authorization: Bearer <key>. Behind a proxy, set PUBLIC_URL or TRUSTED_PROXY.`,
  });
}
