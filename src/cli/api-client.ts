import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../core/time/timer-ms.ts';
import { answerError, redirectedElsewhere, unexpectedAnswer, unreachable } from './api-errors.ts';
import type { Answer, Page } from './api-types.ts';
import { CliError } from './cli-error.ts';
import type { Connection } from './connection.ts';
import { parseEvents, type ServerEvent } from './event-stream.ts';
import { Exit } from './exit-code.ts';
import { httpRequest } from './http-request.ts';
import type { Language } from './i18n/language.ts';

type Query = Readonly<Record<string, string | number | readonly string[] | null | undefined>>;

interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** A body that is already JSON text. */
  readonly json?: string;
  /** A body that is a file. */
  readonly yaml?: string;
  readonly bytes?: Uint8Array;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly timeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** 10 MiB over a slow line. */
const UPLOAD_TIMEOUT_MS = 120_000;
const RETRY_DELAY_MS = 250;
/** The client does not wait out a longer Retry-After. */
const MAX_PAUSE_MS = 10_000;
const MAX_PAGE = 200;
/** The server sends a heartbeat every 15 s. */
const SILENCE_MS = 45_000;

/** HTTP client for one server. Every failure is a CliError with an exit code. */
export class ApiClient {
  constructor(
    readonly connection: Connection,
    readonly interrupted: AbortSignal,
    /** Of the sentences of the server; its own when absent. */
    private readonly language?: Language,
  ) {}

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#body<T>(await this.#withOneRetry({ method: 'GET', path: path + queryString(query) }));
  }

  /** Without a retry, because the caller polls again anyway. */
  async poll<T>(path: string, timeoutMs = REQUEST_TIMEOUT_MS): Promise<{ body: T; retryAfterMs: number | null }> {
    const answer = await this.send({ method: 'GET', path, timeoutMs });
    return { body: this.#body<T>(answer), retryAfterMs: answer.retryAfterMs };
  }

  /** Creates an object at most once: the retry after a network error uses the same Idempotency-Key. */
  async create<T>(path: string, body: unknown, idempotencyKey: string = crypto.randomUUID()): Promise<T> {
    try {
      return this.#body<T>(await this.#withOneRetry({ method: 'POST', path, body, idempotencyKey }));
    } catch (error) {
      if (!isUnreachable(error) && !this.interrupted.aborted) throw error;
      const reason = this.interrupted.aborted ? 'Interrupted before the server answered' : errorText(error);
      const exitCode = this.interrupted.aborted ? Exit.interrupted : Exit.unreachable;
      throw new CliError(
        exitCode,
        'answer_unknown',
        reason,
        `repeat the command with --idempotency-key ${idempotencyKey}, it runs at most once`,
      );
    }
  }

  /** Changes the version of an object that was read. A second change of that version is rejected, so nothing happens twice. */
  async change<T>(path: string, body: unknown, version: number): Promise<T> {
    return this.#body<T>(await this.#sendOnceMore({ method: 'POST', path, body, ifMatch: `"v${version}"` }));
  }

  /** `version`: of the object that was read, where the server asks for it. */
  async patch<T>(path: string, body: unknown, version?: number): Promise<T> {
    return this.#body<T>(
      await this.#sendOnceMore({ method: 'PATCH', path, body, ...(version !== undefined && { ifMatch: `"v${version}"` }) }),
    );
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.#body<T>(await this.#sendOnceMore({ method: 'PUT', path, body }));
  }

  /** A file of the server. */
  async text(path: string): Promise<string> {
    const answer = await this.#withOneRetry({ method: 'GET', path });
    if (answer.status !== 200) throw answerError(answer, this.connection);
    return answer.text;
  }

  /** Sends a YAML file. `ifMatch`: the tag of a preview. */
  async sendFile<T>(path: string, yaml: string, ifMatch?: string): Promise<T> {
    return this.#body<T>(await this.#sendOnceMore({ method: 'POST', path, yaml, ifMatch }));
  }

  /** Sends a file to a version of an object that was read. */
  async upload<T>(path: string, bytes: Uint8Array, version: number): Promise<T> {
    return this.#body<T>(await this.#sendOnceMore({ method: 'POST', path, bytes, ifMatch: `"v${version}"`, timeoutMs: UPLOAD_TIMEOUT_MS }));
  }

  /** `version`: of the object that was read. */
  async delete<T>(path: string, body?: unknown, version?: number): Promise<T> {
    return this.#body<T>(
      await this.#sendOnceMore({ method: 'DELETE', path, body, ...(version !== undefined && { ifMatch: `"v${version}"` }) }),
    );
  }

  /** Yields pages until `limit` items have arrived. The nextCursor of the last page shows whether more exist. */
  async *pages<T>(path: string, query: Query, limit = Number.POSITIVE_INFINITY): AsyncGenerator<Page<T>> {
    let remaining = limit;
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.get<Page<T>>(path, { ...query, limit: Math.min(MAX_PAGE, remaining), cursor });
      yield page;
      remaining -= page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== null && remaining > 0);
  }

  /** Sends one request and returns the answer with any status. */
  async send({
    method,
    path,
    body,
    json,
    yaml,
    bytes,
    idempotencyKey,
    ifMatch,
    timeoutMs = REQUEST_TIMEOUT_MS,
  }: Exchange): Promise<Answer> {
    const headers = this.#headers('application/json');
    const content = bytes ?? yaml ?? json ?? (body === undefined ? undefined : JSON.stringify(body));
    if (content !== undefined) headers['content-type'] = contentTypeOf({ bytes, yaml });
    if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
    if (ifMatch) headers['if-match'] = ifMatch;
    try {
      const signal = AbortSignal.any([this.interrupted, AbortSignal.timeout(timerMs(timeoutMs))]);
      const { status, header, text } = await httpRequest(this.connection.server + path, { method, headers, body: content, signal });
      const location = header('location');
      if (status >= 300 && status < 400 && location !== null) throw redirectedElsewhere(this.connection, location);
      const retryAfter = Number(header('retry-after') ?? Number.NaN);
      return {
        status,
        contentType: header('content-type') ?? '',
        retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : null,
        text,
      };
    } catch (error) {
      this.interrupted.throwIfAborted();
      throw error instanceof CliError ? error : unreachable(this.connection, error);
    }
  }

  /** Yields server-sent events until the server ends the stream or `until` aborts. */
  async *events(path: string, query: Query, until: AbortSignal): AsyncGenerator<ServerEvent[]> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new DOMException('', 'TimeoutError')), SILENCE_MS);
    const signal = AbortSignal.any([this.interrupted, until, silence.signal]);
    try {
      const response = await fetch(this.connection.server + path + queryString(query), {
        headers: this.#headers('text/event-stream'),
        signal,
      });
      const contentType = response.headers.get('content-type') ?? '';
      if (!response.body || !contentType.startsWith('text/event-stream'))
        throw answerError({ status: response.status, contentType, retryAfterMs: null, text: await response.text() }, this.connection);
      const pieces = response.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (piece, controller) => {
            timer.refresh();
            controller.enqueue(piece);
          },
        }),
      );
      yield* parseEvents(pieces);
    } catch (error) {
      if (until.aborted) return;
      this.interrupted.throwIfAborted();
      throw error instanceof CliError ? error : unreachable(this.connection, error);
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  #headers(accept: string): Record<string, string> {
    const { token, reason } = this.connection;
    return {
      accept,
      ...(this.language !== undefined && { 'accept-language': this.language }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(reason !== undefined && { 'x-reason': encodeURIComponent(reason.toWellFormed()) }),
    };
  }

  async #withOneRetry(exchange: Exchange): Promise<Answer> {
    try {
      return await this.#sendOnceMore(exchange);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      await delay(RETRY_DELAY_MS, undefined, { signal: this.interrupted });
      return this.#sendOnceMore(exchange);
    }
  }

  /** Retries once after a Retry-After of at most 10 s. The server has not processed a request that it answered with 429. */
  async #sendOnceMore(exchange: Exchange): Promise<Answer> {
    const answer = await this.send(exchange);
    const { status, retryAfterMs } = answer;
    if (status !== 429 || retryAfterMs === null || retryAfterMs < 0 || retryAfterMs > MAX_PAUSE_MS) return answer;
    await delay(timerMs(retryAfterMs), undefined, { signal: this.interrupted });
    return this.send(exchange);
  }

  #body<T>(answer: Answer): T {
    if (answer.status < 200 || answer.status > 299) throw answerError(answer, this.connection);
    try {
      return (answer.status === 204 ? undefined : JSON.parse(answer.text)) as T;
    } catch {
      throw unexpectedAnswer(answer, this.connection);
    }
  }
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof CliError && error.exitCode === Exit.unreachable;
}

function contentTypeOf({ bytes, yaml }: Pick<Exchange, 'bytes' | 'yaml'>): string {
  if (bytes !== undefined) return 'application/octet-stream';
  return yaml === undefined ? 'application/json' : 'application/yaml';
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.size ? `?${search.toString()}` : '';
}
