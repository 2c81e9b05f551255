import type { EgressAnswer, EgressClient } from '../../platform/egress/egress.client.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { isRetryableStatus } from '../../platform/egress/retryable-status.ts';
import { retryAfterMs } from '../../platform/egress/retry-after.ts';
import type { Cost } from '../budgets/money.ts';
import { CreationError } from '../creation-error.ts';
import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreatorDescription,
  type CreatorHealth,
  ExternalCreator,
  type ExternalStatus,
  type Submission,
  USABLE,
  type WorkPrice,
} from '../creator.ts';
import { subjectOf, toArticle } from '../external/external-article.ts';
import { incompatible, membersOf, readCost, readError, readStatus, readTaskId, readText } from '../external/wire-answers.ts';
import { toWireRequest } from '../external/wire-request.ts';

export interface HttpCreatorOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly token: string | null;
  /** Where the service may report the end of work; null when callbacks are not accepted. */
  readonly callbackUrl: string | null;
}

type Members = Readonly<Record<string, unknown>>;

const VERSION = '1';
const NOT_CONFIGURED = 'Set CREATOR_HTTP_URL to the address of a content creator service.';
const SUBMIT_MS = 30_000;
const STATUS_MS = 10_000;
const RESULT_MS = 30_000;
const STATUS_BYTES = 100_000;
const RESULT_BYTES = 2_000_000;

/** Hands the work to a service that speaks the HTTP API of content-creator (docs/creators.md). Redirects are refused: the key would go along. */
export class HttpCreator extends ExternalCreator {
  override readonly pollEveryMs = null;

  /** `service` is null without an address. */
  constructor(
    private readonly name: string,
    private readonly egress: EgressClient,
    private readonly service: HttpCreatorOptions | null,
    override readonly price: WorkPrice,
  ) {
    super();
  }

  override describe(): CreatorDescription {
    const which = this.service === null ? 'none configured' : new URL(this.service.baseUrl).host;
    return { description: `Articles by a service that is polled (${which}).`, needsNetwork: true, asynchronous: true };
  }

  override async probe(signal: AbortSignal): Promise<CreatorHealth> {
    if (this.service === null) return { usable: false, code: 'not_configured', detail: NOT_CONFIGURED };
    try {
      await this.call('GET', '/health', { timeoutMs: STATUS_MS, maxBytes: STATUS_BYTES, signal });
      return USABLE;
    } catch (error) {
      if (!(error instanceof CreationError)) throw error;
      return { usable: false, code: error.code === 'invalid_input' ? 'unauthorized' : 'unreachable', detail: error.message };
    }
  }

  /** `maxTaskCost` of the health of the service. */
  override async reportedCost(signal: AbortSignal): Promise<Cost | null> {
    const { data } = await this.call('GET', '/health', { timeoutMs: STATUS_MS, maxBytes: STATUS_BYTES, signal });
    return readCost(data['maxTaskCost']);
  }

  override async submit(request: CreationRequest, { signal }: CreationRun, { key }: Submission): Promise<string> {
    signal.throwIfAborted();
    const { callbackUrl } = this.configured();
    const subject = subjectOf(request);
    const { minWords, maxWords } = request.account.voice;
    const body = {
      ...toWireRequest(request),
      type: 'content-creator',
      mode: 'async',
      requirements: request.requirements ?? `Write an article about ${subject}.`,
      hardConstraints: { minWords, maxWords, keywords: request.keywords },
      idempotencyKey: key,
      ...(callbackUrl !== null && { callbackUrl }),
    };
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const limits = { timeoutMs: SUBMIT_MS, maxBytes: STATUS_BYTES, signal };
    const { data, raw } = await this.call('POST', '/api/tasks', { ...limits, headers, body: JSON.stringify(body) });
    return readTaskId(data, raw);
  }

  override async status(externalId: string, signal: AbortSignal): Promise<ExternalStatus> {
    const path = `/api/tasks/${encodeURIComponent(externalId)}/status`;
    const { data, raw, pauseMs } = await this.call('GET', path, { timeoutMs: STATUS_MS, maxBytes: STATUS_BYTES, signal });
    const status = readStatus(data, raw);
    if (pauseMs === null || (status.state !== 'waiting' && status.state !== 'running')) return status;
    return { ...status, pollAfterMs: pauseMs };
  }

  override async result(externalId: string, request: CreationRequest, { signal }: CreationRun): Promise<CreationResult> {
    const path = `/api/tasks/${encodeURIComponent(externalId)}/result`;
    const { data, raw } = await this.call('GET', path, { timeoutMs: RESULT_MS, maxBytes: RESULT_BYTES, signal });
    const text = readText(data, raw);
    const images = Array.isArray(data['images']) ? data['images'].length : 0;
    const lost = images === 0 ? [] : [`The service made ${images} images at its own addresses. They are not part of this content.`];
    const facts = { externalId, service: new URL(this.configured().baseUrl).host };
    return toArticle(this.name, VERSION, request, { ...text, warnings: [...(text.warnings ?? []), ...lost], facts });
  }

  override async cancel(externalId: string, signal: AbortSignal): Promise<boolean> {
    await this.call('DELETE', `/api/tasks/${encodeURIComponent(externalId)}`, { timeoutMs: STATUS_MS, maxBytes: STATUS_BYTES, signal });
    return true;
  }

  /** The members of `data`, or of the body of services without that envelope. @throws {CreationError} */
  private async call(
    method: string,
    path: string,
    { headers, ...options }: { headers?: Record<string, string>; body?: string; timeoutMs: number; maxBytes: number; signal: AbortSignal },
  ): Promise<{ data: Members; raw: string; pauseMs: number | null }> {
    const { baseUrl, token } = this.configured();
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const sent = { accept: 'application/json', ...authorization, ...headers };
    const answer = await this.egress
      .request({ ...options, method, url: baseUrl + path, headers: sent, followRedirects: false })
      .catch((error: unknown) => {
        options.signal.throwIfAborted();
        throw error instanceof EgressError ? unanswered(error) : error;
      });
    const members = membersOf(parsed(answer.text));
    const pauseMs = retryAfterMs(answer.headers['retry-after'], Date.now());
    if (answer.status < 200 || answer.status > 299) throw refusal(method, answer, members);
    if (members === null) {
      if (method === 'DELETE' || path === '/health') return { data: {}, raw: answer.text, pauseMs };
      throw incompatible(`The service answered ${answer.status} without a JSON object`, answer.text);
    }
    if (members['success'] === false) throw readError(members['error'], 'failed');
    return { data: membersOf(members['data']) ?? members, raw: answer.text, pauseMs };
  }

  private configured(): HttpCreatorOptions {
    if (this.service === null) throw new CreationError('invalid_input', `The creator "${this.name}" has no service. ${NOT_CONFIGURED}`);
    return this.service;
  }
}

/** A request that got no complete answer. What was too large or redirected will be so again. */
function unanswered(error: EgressError): CreationError {
  if (error.code === 'timeout') return new CreationError('timeout', error.message, { cause: error });
  if (error.retryable) return new CreationError('transient', error.message, { cause: error });
  const remedy = error.code === 'too_large' || error.code === 'unsupported_encoding' ? '' : ' Check CREATOR_HTTP_URL.';
  return new CreationError('incompatible', `${error.message}.${remedy}`, { cause: error });
}

function refusal(method: string, { status, headers }: EgressAnswer, members: Members | null): CreationError {
  const said = membersOf(members?.['error'])?.['message'] ?? members?.['message'];
  const why = `The service answered ${status} to a ${method}${typeof said === 'string' ? `: ${said.slice(0, 500)}` : ''}`;
  const wait = retryAfterMs(headers['retry-after'], Date.now());
  if (status === 429) return CreationError.rateLimited(why, wait);
  if (isRetryableStatus(status)) return new CreationError('transient', why, { retryAfterMs: wait });
  if (status === 401 || status === 403) return new CreationError('invalid_input', `${why}. Check CREATOR_HTTP_TOKEN.`);
  if (status === 402) return new CreationError('budget_exceeded', why);
  if (status === 404 || status === 405) return new CreationError('incompatible', `${why}. Check CREATOR_HTTP_URL.`);
  return new CreationError(status === 409 ? 'unknown_outcome' : 'invalid_input', why);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
