import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the callback must find again. The browser keeps it in a cookie, signed, until the person returns. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export const FLOW_COOKIE = 'contenthub_oidc';
export const FLOW_LIFE_S = 600;

/** Signs the values of a sign-in that is under way, with an expiry. */
export class OidcFlows {
  constructor(private readonly secret: Buffer) {}

  seal(flow: OidcFlow, nowMs = Date.now()): string {
    const text = Buffer.from(JSON.stringify({ ...flow, until: nowMs + FLOW_LIFE_S * 1_000 })).toString('base64url');
    return `${text}.${this.sign(text).toString('base64url')}`;
  }

  /** Undefined when it is not from this installation, or has expired. */
  open(sealed: string, nowMs = Date.now()): OidcFlow | undefined {
    const [text = '', signature = ''] = sealed.split('.', 2);
    const [given, wanted] = [Buffer.from(signature, 'base64url'), this.sign(text)];
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    const { until, ...flow } = JSON.parse(Buffer.from(text, 'base64url').toString()) as OidcFlow & { until: number };
    return nowMs < until ? flow : undefined;
  }

  private sign(text: string): Buffer {
    return createHmac('sha256', this.secret).update(text).digest();
  }
}
