import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { EgressClient, type EgressAnswer } from '../../platform/egress/egress.client.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { retryAfterMs } from '../../platform/egress/retry-after.ts';
import { cloudEventSource, signWebhook, webhookKey } from '../../platform/egress/standard-webhook.ts';
import { CLOUD_EVENT_TYPE, type StoredEvent, toCloudEvent } from '../events/cloud-event.ts';
import { WebhookMetrics } from './webhook-metrics.ts';

/** An event on its way to an endpoint. */
export interface OutgoingDelivery extends StoredEvent {
  readonly endpointId: string;
  readonly endpointName: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly managedBy: 'api' | 'settings';
  /** Those that sign now, newest first. */
  readonly secrets: readonly string[];
}

/** What one request to an endpoint came to. Texts never name the address, which may contain a key. */
export interface AttemptResult {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Null without an answer. */
  readonly status: number | null;
  /** Null after an answer of 2xx. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The beginning of the answer. */
  readonly excerpt: string | null;
  readonly retryAfterMs: number | null;
}

/** Longer answers are cut: only their beginning is shown, and nothing of them is used. */
const MAX_ANSWER_BYTES = 1_000;
const CONTROL = /\p{Cc}/gu;

/** Sends events as signed CloudEvents. */
@Injectable()
export class WebhookSender {
  /** Of each CloudEvent. */
  readonly source: string;

  constructor(
    private readonly egress: EgressClient,
    private readonly metrics: WebhookMetrics,
    private readonly settings: Settings,
  ) {
    this.source = cloudEventSource(settings.publicUrl);
  }

  /** The id of the event is the `webhook-id` of each attempt. @throws {EgressError} `aborted` */
  async send(delivery: OutgoingDelivery, signal: AbortSignal): Promise<AttemptResult> {
    const startedAt = new Date();
    const start = performance.now();
    const outcome = await this.request(delivery, signal, startedAt).then(fromAnswer, fromError);
    const durationMs = Math.round(performance.now() - start);
    this.metrics.sent(outcome.status, outcome.error?.code ?? null, durationMs);
    return { startedAt, durationMs, ...outcome };
  }

  private request(delivery: OutgoingDelivery, signal: AbortSignal, now: Date): Promise<EgressAnswer> {
    const { url, timeoutMs } = delivery;
    const body = JSON.stringify(toCloudEvent(delivery, this.source));
    const keys = this.keysOf(delivery);
    const signature = keys.length === 0 ? {} : signWebhook(delivery.id, body, keys, now.getTime());
    const headers = { 'content-type': CLOUD_EVENT_TYPE, ...signature };
    const bounds = { timeoutMs, maxBytes: MAX_ANSWER_BYTES, allowCut: true, followRedirects: false };
    return this.egress.request({ method: 'POST', url, headers, body, signal, ...bounds });
  }

  /** None for an endpoint from before there were secrets. */
  private keysOf({ managedBy, secrets }: OutgoingDelivery): Buffer[] {
    const own = managedBy === 'settings' ? this.settings.webhookSecretKey : undefined;
    const texts = own === undefined ? secrets : [own];
    return texts.map((secret) => webhookKey(secret) ?? Buffer.from(secret));
  }
}

type Outcome = Omit<AttemptResult, 'startedAt' | 'durationMs'>;

function fromAnswer({ status, headers, text }: EgressAnswer): Outcome {
  const ok = status >= 200 && status < 300;
  const excerpt = text.replace(CONTROL, ' ').toWellFormed().trim();
  return {
    status,
    error: ok ? null : { code: `http_${status}`, message: `answered ${status}${status < 400 ? ', expected 2xx' : ''}` },
    excerpt: excerpt === '' ? null : excerpt,
    retryAfterMs: status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], Date.now()) : null,
  };
}

function fromError(error: unknown): Outcome {
  if (!(error instanceof EgressError) || error.code === 'aborted') throw error;
  return { status: error.status, error: { code: error.code, message: error.reason }, excerpt: null, retryAfterMs: null };
}
