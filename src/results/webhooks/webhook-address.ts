import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { ProblemError } from '../../platform/http/problem.ts';

/** Rejects addresses to which nothing could be sent. Names are resolved and checked again for each request. */
@Injectable()
export class WebhookAddress {
  constructor(
    private readonly egress: EgressClient,
    private readonly settings: Settings,
  ) {}

  /** @throws {ProblemError} 422 `webhook_url` */
  check(url: string): void {
    try {
      this.egress.check(url);
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      throw unusable(error.reason, error);
    }
    const { protocol, host } = new URL(url);
    const isAllowed = this.settings.egressAllowPrivate.includes(host);
    if (protocol === 'http:' && this.settings.production && !isAllowed)
      throw unusable('begins with http:, so the events could be read on the way: use https:');
  }
}

function unusable(detail: string, cause?: unknown): ProblemError {
  return ProblemError.unprocessable('webhook_url', 'Nothing can be sent to this address.', {
    detail: `It ${detail}.`,
    errors: [{ pointer: '/url', code: 'webhook_url', detail }],
    cause,
  });
}
