import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { generateWebhookSecret } from '../../platform/egress/standard-webhook.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { DELETE_DELIVERIES, SELECT_WEBHOOK_STATES } from './delivery.sql.ts';
import { MOST_WEBHOOKS, type SecretInfo, stateOf, type Webhook, type WebhookFields, type WebhookState } from './webhook.ts';
import { WebhookAddress } from './webhook-address.ts';
import * as sql from './webhook.sql.ts';

type WebhookRow = Omit<Webhook, 'secrets'>;

export interface WebhookStates {
  readonly counts: Readonly<Record<WebhookState, number>>;
  /** Names of the paused ones. */
  readonly paused: readonly string[];
}

/** Creates, reads and changes the endpoints of webhooks. */
@Injectable()
export class WebhookService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly address: WebhookAddress,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** By name. */
  async list(): Promise<Webhook[]> {
    return this.withSecrets(await this.sql.query<WebhookRow>(sql.SELECT_WEBHOOKS, []));
  }

  /** @throws {ProblemError} 404 */
  async get(id: string): Promise<Webhook> {
    const rows = isUuid(id) ? await this.sql.query<WebhookRow>(sql.SELECT_WEBHOOK, [id]) : [];
    const [webhook] = await this.withSecrets(rows);
    if (webhook === undefined)
      throw ProblemError.notFound('webhook_not_found', `There is no webhook "${id.slice(0, 100)}".`, {
        detail: 'GET /webhooks lists all.',
      });
    return webhook;
  }

  /** The secret is returned once. @throws {ProblemError} 422 for an address that cannot be used, 409 for a taken name or too many endpoints */
  async create(fields: WebhookFields, actor: string): Promise<{ webhook: Webhook; secret: string }> {
    this.address.check(fields.url);
    const [id, secret] = [newId(), generateWebhookSecret()];
    const { name, description, url, types, accountIds } = fields;
    await nameTaken(
      name,
      inTransaction(this.pools.api, async (tx) => {
        await tx.query(sql.LOCK_COUNT, []);
        const [row] = await tx.query<{ count: number }>(sql.COUNT_WEBHOOKS, []);
        if ((row?.count ?? 0) >= MOST_WEBHOOKS) throw tooMany();
        await tx.query(sql.INSERT_WEBHOOK, [id, name, description, url, types, accountIds, actor]);
        await tx.query(sql.INSERT_SECRET, [newId(), id, secret]);
      }),
    );
    return { webhook: await this.get(id), secret };
  }

  /** @throws {ProblemError} as `create`; 412 after another change, 409 for the endpoint of the settings */
  async update(webhook: Webhook, changes: Partial<WebhookFields>): Promise<Webhook> {
    rejectOfSettings(webhook);
    const { id, version, name, description, url, types, accountIds } = { ...webhook, ...changes };
    if (url !== webhook.url) this.address.check(url);
    const values = [id, version, name, description, url, types, accountIds];
    const [stored] = await nameTaken(name, this.sql.query<WebhookRow>(sql.UPDATE_WEBHOOK, values));
    if (stored === undefined) throw versionChanged((await this.get(id)).version);
    return this.get(id);
  }

  /** Deletes an endpoint with its deliveries and their log. May be repeated when it was interrupted. */
  async remove(webhook: Webhook): Promise<void> {
    rejectOfSettings(webhook);
    await this.sql.query(sql.DISABLE_WEBHOOK, [webhook.id]);
    const page = (): Promise<object[]> => this.sql.query(DELETE_DELIVERIES, [webhook.id]);
    await deleteInPages(page, new AbortController().signal);
    await this.sql.query(sql.DELETE_WEBHOOK, [webhook.id]);
  }

  /** Its deliveries are recorded, and wait. A paused endpoint stays as it is. */
  async pause({ id }: Webhook, actor: string): Promise<Webhook> {
    await this.sql.query(sql.PAUSE_WEBHOOK, [id, 'operator', actor]);
    return this.get(id);
  }

  /** Sends the deliveries that wait, and those of the pause. */
  async resume({ id }: Webhook): Promise<Webhook> {
    await this.sql.query(sql.RESUME_WEBHOOK, [id]);
    return this.get(id);
  }

  /** For metrics and health. */
  async states(): Promise<WebhookStates> {
    const rows = await this.sql.query<Pick<Webhook, 'name' | 'enabled' | 'pausedAt' | 'failures'>>(SELECT_WEBHOOK_STATES, []);
    const counts = { active: 0, failing: 0, paused: 0, disabled: 0 };
    for (const row of rows) counts[stateOf(row)] += 1;
    return { counts, paused: rows.filter((row) => stateOf(row) === 'paused').map(({ name }) => name) };
  }

  private async withSecrets(rows: readonly WebhookRow[]): Promise<Webhook[]> {
    const ids = rows.map(({ id }) => id);
    const secrets = await this.sql.query<SecretInfo & { endpointId: string }>(sql.SELECT_SECRETS, [ids]);
    const of = (webhookId: string): SecretInfo[] =>
      secrets
        .filter(({ endpointId }) => endpointId === webhookId)
        .map(({ id, ending, createdAt, expiresAt }) => ({ id, ending, createdAt, expiresAt }));
    return rows.map((row) => ({ ...row, secrets: of(row.id) }));
  }
}

/** @throws {ProblemError} 409 */
export function rejectOfSettings({ managedBy }: Pick<Webhook, 'managedBy'>): void {
  if (managedBy !== 'settings') return;
  throw ProblemError.conflict('webhook_of_settings', 'This webhook is that of the settings.', {
    detail: 'Change WEBHOOK_ENABLED, WEBHOOK_URL, WEBHOOK_TIMEOUT or WEBHOOK_SECRET_KEY, and start the server again.',
  });
}

function tooMany(): ProblemError {
  return ProblemError.conflict('too_many_webhooks', `There are ${MOST_WEBHOOKS} webhooks already.`, {
    detail: 'Delete one that is not used, or let one receiver pass the events on.',
  });
}

async function nameTaken<T>(name: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw ProblemError.conflict('webhook_name_taken', `There is a webhook named "${name}" already.`, {
      errors: [{ pointer: '/name', code: 'taken', detail: 'is taken, choose another' }],
    });
  }
}
