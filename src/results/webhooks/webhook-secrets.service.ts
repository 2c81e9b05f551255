import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { inTransaction, Pools, type TransactionClient } from '../../platform/database/pools.ts';
import { generateWebhookSecret } from '../../platform/egress/standard-webhook.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { MOST_SECRETS, type SecretInfo, type Webhook } from './webhook.ts';
import { rejectOfSettings } from './webhook.service.ts';
import * as sql from './webhook.sql.ts';

/** Replaces secrets. Each secret that has not expired signs each delivery, so a receiver may change at any time between. */
@Injectable()
export class WebhookSecretsService {
  constructor(private readonly pools: Pools) {}

  /**
   * Returns a new secret, once. The old one signs too, until it is removed or `expiresInS` has passed; null for no end.
   * @throws {ProblemError} 409 while two secrets sign
   */
  async rotate(webhook: Webhook, expiresInS: number | null): Promise<string> {
    const secret = generateWebhookSecret();
    await this.change(webhook, async (tx, live) => {
      if (live.length >= MOST_SECRETS) {
        throw ProblemError.conflict('two_secrets', `The webhook "${webhook.name}" has two secrets already.`, {
          detail: 'Remove the old one with DELETE /webhooks/{id}/secrets/{secretId} once every receiver has the new one.',
        });
      }
      await tx.query(sql.EXPIRE_SECRETS, [webhook.id, expiresInS]);
      await tx.query(sql.INSERT_SECRET, [newId(), webhook.id, secret]);
    });
    return secret;
  }

  /** From now on nothing is signed with it. @throws {ProblemError} 404 for an unknown secret, 409 for the last one that does not expire */
  async remove(webhook: Webhook, secretId: string): Promise<void> {
    await this.change(webhook, async (tx, live) => {
      if (!live.some(({ id }) => id === secretId)) {
        throw ProblemError.notFound('secret_not_found', 'The webhook has no such secret.', { detail: 'GET /webhooks/{id} lists them.' });
      }
      if (!live.some(({ id, expiresAt }) => id !== secretId && expiresAt === null)) {
        throw ProblemError.conflict('last_secret', 'Without this secret, deliveries would not be signed.', {
          detail: 'Make another one first with POST /webhooks/{id}/rotate.',
        });
      }
      await tx.query(sql.DELETE_SECRET, [webhook.id, secretId]);
    });
  }

  private async change(webhook: Webhook, write: (tx: TransactionClient, live: readonly SecretInfo[]) => Promise<void>): Promise<void> {
    rejectOfSettings(webhook);
    await inTransaction(this.pools.api, async (tx) => {
      await tx.query(sql.LOCK_WEBHOOK, [webhook.id]);
      await tx.query(sql.DELETE_EXPIRED_SECRETS, [webhook.id]);
      await write(tx, await tx.query<SecretInfo>(sql.SELECT_SECRETS, [[webhook.id]]));
      await tx.query(sql.TOUCH_WEBHOOK, [webhook.id]);
    });
  }
}
