import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { linesOf, titleOf } from '../../core/alert/alert-message.ts';
import { type FailureClass, TaskFailure } from '../../core/task/failure.ts';
import type { EgressClient } from '../../platform/egress/egress.client.ts';
import type { NotificationSender, OutgoingNotification } from './notification-sender.ts';

/** Ports of mail servers. EGRESS_ALLOW_PRIVATE can allow another one. */
const PORTS: ReadonlySet<string> = new Set(['25', '465', '587', '2525']);
const CONNECT_MS = 10_000;
const IDLE_MS = 15_000;

/** An e-mail by SMTP, to the address that the egress rules checked. */
export class EmailSender implements NotificationSender {
  readonly kind = 'email';

  constructor(private readonly egress: EgressClient) {}

  async send({ id, message, createdAt, config, secrets }: OutgoingNotification, signal: AbortSignal): Promise<object> {
    const { host = '', port = 0, security, user, from = '', to = [] } = config;
    const address = await this.egress.addressOf(host, port, PORTS, signal);
    const transport = createTransport({
      host: address,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(isIP(host) === 0 && { tls: { servername: host } }),
      ...(secrets.password !== undefined && { auth: { user: user ?? '', pass: secrets.password } }),
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const close = (): void => transport.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      const sent = await transport.sendMail({
        from,
        to: [...to],
        subject: `${titleOf(message, config.language)} (ContentHub)`,
        text: linesOf(message, config.language).join('\n'),
        date: createdAt,
        messageId: `<${id}@contenthub>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return { accepted: sent.accepted.length, rejected: sent.rejected.length };
    } catch (error) {
      throw mailFailure(error);
    } finally {
      signal.removeEventListener('abort', close);
      transport.close();
    }
  }
}

interface MailError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
}

/** A reply 5xx is final, except that of a log-in: a server answers 535 for a wrong password, and 4xx for "later". */
function mailFailure(error: unknown): TaskFailure {
  const { code, responseCode } = typeof error === 'object' && error !== null ? (error as MailError) : {};
  const reply = typeof responseCode === 'number' ? responseCode : null;
  const failureClass: FailureClass = reply !== null && reply >= 500 ? 'invalid_input' : code === 'ETIMEDOUT' ? 'timeout' : 'transient';
  const name = typeof code === 'string' ? code.toLowerCase() : 'failed';
  const what = reply === null ? `could not be used (${name})` : `answered ${reply}`;
  return new TaskFailure(failureClass, what, reply === null ? `smtp_${name}` : `smtp_${reply}`);
}
