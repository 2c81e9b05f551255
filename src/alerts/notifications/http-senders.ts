import { createHmac } from 'node:crypto';
import { linesOf, titleOf } from '../../core/alert/alert-message.ts';
import { TaskFailure } from '../../core/task/failure.ts';
import type { EgressAnswer, EgressClient } from '../../platform/egress/egress.client.ts';
import { signWebhook, webhookKey } from '../../platform/egress/standard-webhook.ts';
import { require2xx } from '../../tasks/declared/http-failure.ts';
import type { NotificationSender, OutgoingNotification } from './notification-sender.ts';

const ANSWER_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 10_000;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Code of Feishu for too many messages; all bots of a tenant share 100 a minute. */
const FEISHU_BUSY = new Set([9499, 11232]);

async function post(
  egress: EgressClient,
  { url, body, headers }: { url: string | undefined; body: string; headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<EgressAnswer> {
  const bounds = { timeoutMs: ANSWER_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, allowCut: true };
  const answer = await egress.request({ method: 'POST', url: url ?? '', headers, body, signal, ...bounds });
  require2xx(answer, Date.now());
  return answer;
}

/** A CloudEvent, signed as Standard Webhooks describes. Repetitions have the same id. */
export class WebhookSender implements NotificationSender {
  readonly kind = 'webhook';

  constructor(
    private readonly egress: EgressClient,
    private readonly source: string,
  ) {}

  async send({ id, message, createdAt, secrets }: OutgoingNotification, signal: AbortSignal): Promise<object> {
    const body = JSON.stringify({
      specversion: '1.0',
      id,
      source: this.source,
      type: `contenthub.alert.${message.kind}.v1`,
      ...(message.alertId !== null && { subject: `alert/${message.alertId}` }),
      time: createdAt.toISOString(),
      datacontenttype: 'application/json',
      data: message,
    });
    const key = webhookKey(secrets.signingSecret ?? '');
    const signature = key === null ? { 'webhook-id': id } : signWebhook(id, body, key, Date.now());
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', ...signature };
    return { status: (await post(this.egress, { url: secrets.url, body, headers }, signal)).status };
  }
}

/** An incoming webhook of Slack. It answers errors with a status and a code in plain text. */
export class SlackSender implements NotificationSender {
  readonly kind = 'slack';

  constructor(private readonly egress: EgressClient) {}

  async send({ message, config, secrets }: OutgoingNotification, signal: AbortSignal): Promise<object> {
    const [title, ...lines] = [titleOf(message, config.language), ...linesOf(message, config.language)].map(escapeSlack);
    const body = JSON.stringify({ text: [`*${title}*`, ...lines].join('\n') });
    return { status: (await post(this.egress, { url: secrets.url, body, headers: { 'content-type': JSON_TYPE } }, signal)).status };
  }
}

/** A custom bot of a Feishu group. It answers 200 for errors too, with a code other than 0. */
export class FeishuSender implements NotificationSender {
  readonly kind = 'feishu';

  constructor(private readonly egress: EgressClient) {}

  async send({ message, config, secrets }: OutgoingNotification, signal: AbortSignal): Promise<object> {
    const text = [titleOf(message, config.language), ...linesOf(message, config.language)].join('\n');
    const body = JSON.stringify({ ...signFeishu(secrets.signingSecret, Date.now()), msg_type: 'text', content: { text } });
    const answer = await post(this.egress, { url: secrets.url, body, headers: { 'content-type': JSON_TYPE } }, signal);
    const code = codeOf(answer.text);
    if (code === 0) return { status: answer.status, code };
    if (code === null) throw new TaskFailure('invalid_output', 'answered without a code, so it is no bot of Feishu', 'feishu_answer');
    throw new TaskFailure(FEISHU_BUSY.has(code) ? 'rate_limited' : 'invalid_input', `answered with the code ${code}`, `feishu_${code}`);
  }
}

/** The key of the HMAC is the time and the secret, and the message is empty. */
function signFeishu(secret: string | undefined, now: number): object {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / 1_000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
}

/** `code` of the present answers, `StatusCode` of those before 2022. */
function codeOf(text: string): number | null {
  try {
    const answer = JSON.parse(text) as { code?: unknown; StatusCode?: unknown } | null;
    const code = answer?.code ?? answer?.StatusCode;
    return typeof code === 'number' ? code : null;
  } catch {
    return null;
  }
}

function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
