import { getPreferences } from '../app/preferences.ts';
import type { Problem } from './schema/types.gen.ts';

/** What the server answered instead of a result (RFC 9457). */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail === '' || problem.detail === problem.title ? problem.title : `${problem.title} ${problem.detail}`);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}

interface Operation {
  url: string;
  path?: unknown;
  query?: unknown;
  body?: unknown;
}

type Request<D extends Operation> = Pick<D, Extract<'path' | 'query' | 'body', keyof D>> & {
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

type Query = Record<string, unknown>;
type Path = Record<string, string | number>;

function fill(url: string, path: Path = {}): string {
  return url.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name] ?? '')));
}

function queryOf(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  return params.size > 0 ? `?${params}` : '';
}

/** The address of an operation, for links and downloads. */
export const addressOf = (url: string, path?: Path, query?: Query): string => fill(url, path) + queryOf(query);

/**
 * One call, typed by the generated operation: `call<ExecutionsListData, ExecutionPage>('GET', '/executions', { query })`.
 * The session is a cookie of the same origin; the server checks Origin and Sec-Fetch-Site of what writes.
 */
export async function call<D extends Operation, R>(method: string, url: D['url'], request = {} as Request<D>): Promise<R> {
  const { path, query, body, headers, signal } = request as Request<D> & { path?: Path; query?: Query; body?: unknown };
  const response = await fetch(addressOf(url, path, query), {
    method,
    signal: signal ?? null,
    headers: {
      accept: 'application/json',
      'accept-language': getPreferences().language, // the language of the page, not of the browser
      ...(body !== undefined && { 'content-type': typeOf(body) }),
      ...headers,
    },
    body: body === undefined || body instanceof Blob ? (body ?? null) : JSON.stringify(body),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(noAnswer(url, 0));
  });
  if (!response.ok) throw new ApiError(((await response.json().catch(() => null)) as Problem | null) ?? noAnswer(url, response.status));
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as R;
  return (await response.json()) as R;
}

const typeOf = (body: unknown): string => (body instanceof Blob ? 'application/octet-stream' : 'application/json');

const noAnswer = (instance: string, status: number): Problem => ({
  type: 'about:blank',
  title: '',
  status,
  detail: '',
  instance,
  code: 'no_answer',
  traceId: '',
  retryable: true,
  errors: [],
});

/** A new key for a request that must not be done twice when it is repeated. */
export const onceKey = (): Record<string, string> => ({ 'Idempotency-Key': newId() });

/** crypto.randomUUID exists only on secure origins, and an installation may be reached over plain HTTP. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The version that was read: the server refuses the change when another was made since. */
export const ifMatch = (version: number): Record<string, string> => ({ 'If-Match': `"v${version}"` });
