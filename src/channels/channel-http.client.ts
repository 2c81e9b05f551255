import { Injectable } from '@nestjs/common';
import { cutText } from '../core/text/storable-text.ts';
import { Settings } from '../platform/config/settings.ts';
import { type EgressAnswer, EgressClient, type EgressRequest } from '../platform/egress/egress.client.ts';
import { EgressError } from '../platform/egress/egress-error.ts';
import { retryAfterMs } from '../platform/egress/retry-after.ts';
import { createHider } from '../platform/telemetry/scrubber.ts';
import { type ChannelError, notSent, outcomeUnknown, rejected } from './channel-error.ts';

/** A site that renders many images answers late. One took 222 s, and a repeated request published the post twice. */
const ANSWER_TIMEOUT_MS = 300_000;
const MAX_ANSWER_BYTES = 5_000_000;
const MAX_REASON = 300;
/** A server may answer with these after it has processed the request. */
const SEE_OTHER = new Set([302, 303]);

export interface ChannelRequest extends EgressRequest {
  /** What failed requests are called in messages, such as "the site". */
  readonly label: string;
  /** True for the one request that makes the text appear: when its answer is lost, the outcome is unknown. */
  readonly publishes?: boolean;
  /** The member of the configuration that the credentials come from, and how messages call them. */
  readonly credentials?: { readonly pointer: string; readonly name: string };
}

export interface JsonAnswer extends EgressAnswer {
  /** Undefined when the body is not JSON. */
  readonly json: unknown;
}

/** Sends the requests of channels and turns each failure into a ChannelError. */
@Injectable()
export class ChannelHttpClient {
  private readonly hide: (text: string) => string;

  constructor(
    private readonly egress: EgressClient,
    settings: Settings,
  ) {
    this.hide = createHider(settings.secrets);
  }

  /** An answer with any status below 500 except 429. @throws {ChannelError} */
  async request(request: ChannelRequest): Promise<JsonAnswer> {
    const { label, publishes = false } = request;
    const answer = await this.send(request, label, publishes);
    const { status } = answer;
    if (status === 429) throw notSent('rate_limited', `${label} answered 429: too many requests`, retryAtOf(answer));
    if (status >= 500 || status === 408)
      throw this.unanswered(`http_${status}`, `${label} answered ${status}${reasonOf(answer)}`, publishes, answer);
    return answer;
  }

  /** A 2xx answer. 401 and 403 name the credentials. @throws {ChannelError} */
  async expect(request: ChannelRequest): Promise<JsonAnswer> {
    const answer = await this.request(request);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.refusal(answer, request);
  }

  /** The error for an answer that refuses the request. */
  refusal(answer: JsonAnswer, { label, credentials }: Pick<ChannelRequest, 'label' | 'credentials'>): ChannelError {
    const { status } = answer;
    const reason = this.hide(reasonOf(answer));
    if (status === 401 || status === 403) {
      const name = credentials === undefined ? 'the request' : credentials.name;
      const code = status === 401 ? 'credentials_refused' : 'permission_missing';
      return rejected(code, `${label} refused ${name} (${status})${reason}`, credentials && { pointer: credentials.pointer });
    }
    if (status === 404 || status === 405) return rejected('no_such_api', `${label} answered ${status}${reason}. Check the address.`);
    return rejected('rejected', `${label} answered ${status}${reason}`);
  }

  private async send(request: EgressRequest, label: string, publishes: boolean): Promise<JsonAnswer> {
    try {
      const answer = await this.egress.request({ timeoutMs: ANSWER_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, ...request });
      return { ...answer, json: parsed(answer.text) };
    } catch (error) {
      if (error instanceof EgressError) throw this.failure(error, label, publishes);
      throw error;
    }
  }

  private failure(error: EgressError, label: string, publishes: boolean): ChannelError {
    const message = this.hide(`${label}: ${error.message}`);
    const acted = error.sent && !(error.code === 'forbidden_redirect' && !SEE_OTHER.has(error.status ?? 0));
    if (acted) return this.unanswered(error.code, message, publishes);
    if (error.retryable || error.code === 'aborted') return notSent(error.code, message, { cause: error });
    return rejected(error.code, `${message}. Check the address.`, { cause: error });
  }

  private unanswered(code: string, message: string, publishes: boolean, answer?: EgressAnswer): ChannelError {
    const text = this.hide(message);
    if (publishes) return outcomeUnknown(code, `${text}. The text may have been published.`);
    return notSent(code, text, answer && retryAtOf(answer));
  }
}

function retryAtOf({ headers }: EgressAnswer): { retryAt?: Date } {
  const now = Date.now();
  const wait = retryAfterMs(headers['retry-after'], now);
  return wait === null ? {} : { retryAt: new Date(now + wait) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error text of a JSON answer, on one line: `code` and `message` of WordPress, the first of `errors` of Ghost. */
function reasonOf({ json }: { json: unknown }): string {
  if (typeof json !== 'object' || json === null) return '';
  const { errors } = json as { errors?: unknown };
  const said: unknown = Array.isArray(errors) ? errors[0] : json;
  if (typeof said !== 'object' || said === null) return '';
  const { code, message, context } = said as Record<string, unknown>;
  const words = [code, message, context].filter((word) => typeof word === 'string' && word !== '').join(': ');
  const line = words
    .replace(/<[^>]*>/g, '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line === '' ? '' : `: ${cutText(line, MAX_REASON)}`;
}
