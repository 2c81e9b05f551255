import { Injectable } from '@nestjs/common';
import { AttemptStore } from '../../engine/attempt-store.ts';
import { Settings } from '../../platform/config/settings.ts';
import { deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { executorOf, inTransaction, Pools } from '../../platform/database/pools.ts';
import { webhookKey } from '../../platform/egress/standard-webhook.ts';
import { faultOfWebhook, type SignedMessage, type WebhookFault } from '../../platform/egress/verify-webhook.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { CleansUp, type RetentionRule } from '../../platform/lifecycle/retention-rule.ts';
import { COUNT_CALLBACK, DELETE_OLD_CALLBACKS, INSERT_CALLBACK } from './creator-work.sql.ts';

const DETAILS: Readonly<Record<WebhookFault, string>> = {
  headers_missing: 'Send webhook-id, webhook-timestamp and webhook-signature.',
  timestamp_invalid: 'Send seconds since 1970 in webhook-timestamp.',
  timestamp_too_old: 'Sign again with the current time. Check the clocks of both machines.',
  timestamp_in_future: 'Check the clocks of both machines.',
  signature_invalid: 'Sign id.timestamp.body, the body as sent, with CREATOR_HTTP_CALLBACK_SECRET.',
};

/**
 * Accepts signed callbacks. A callback only brings the next poll forward: the poll is the one way in which work ends, so a callback that is
 * repeated, late or wrong about the state has no other effect.
 */
@Injectable()
@CleansUp('callbacks')
export class CreatorCallbackService implements RetentionRule {
  private readonly keys: readonly Buffer[];

  constructor(
    private readonly pools: Pools,
    private readonly attempts: AttemptStore,
    settings: Settings,
  ) {
    this.keys = [settings.creatorHttpCallbackSecret, settings.creatorHttpCallbackOldSecret].flatMap(
      (secret) => webhookKey(secret ?? '') ?? [],
    );
  }

  /** @throws {ProblemError} 404 without secrets, 403 that says what is wrong with the signature */
  verify(creator: string, message: SignedMessage): void {
    if (creator !== 'http' || this.keys.length === 0) {
      const detail = 'Only the creator "http" accepts callbacks, when CREATOR_HTTP_CALLBACK_SECRET is set.';
      throw ProblemError.notFound('callbacks_not_accepted', 'This creator accepts no callbacks.', { detail });
    }
    const fault = faultOfWebhook(message, this.keys, Date.now());
    if (fault !== null) throw ProblemError.forbidden(fault, 'The callback is not genuine.', { detail: DETAILS[fault] });
  }

  /** Polls the task of this work at once. A message id has its effect once, in one transaction with the id. */
  async accept(creator: string, messageId: string, externalId: string): Promise<void> {
    await inTransaction(this.pools.engine, async (tx) => {
      const [fresh] = await tx.query(INSERT_CALLBACK, [`creator:${creator}`, messageId]);
      if (!fresh) return;
      const tasks = await tx.query<{ taskId: string }>(COUNT_CALLBACK, [creator, externalId]);
      await this.attempts.pollNow(
        tasks.map(({ taskId }) => taskId),
        tx,
      );
    });
  }

  /** Deletes message ids that no valid signature can repeat. */
  async clean(signal: AbortSignal): Promise<void> {
    await deleteInPages(() => executorOf(this.pools.engine).query(DELETE_OLD_CALLBACKS, []), signal);
  }
}
