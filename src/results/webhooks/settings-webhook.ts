import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { DISABLE_SETTINGS_WEBHOOK, STORE_SETTINGS_WEBHOOK } from './webhook.sql.ts';

const NAME = 'WEBHOOK_URL';
const ACTOR = 'settings';

/** Stores the endpoint of WEBHOOK_* when a scheduler process starts. Its secret stays in the settings, and a pause stays. */
@Injectable()
export class SettingsWebhook {
  constructor(
    private readonly pools: Pools,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  async store(): Promise<void> {
    const { webhookEnabled, webhookUrl, webhookTimeout } = this.settings;
    const sql = executorOf(this.pools.api);
    if (!webhookEnabled || webhookUrl === undefined) {
      await sql.query(DISABLE_SETTINGS_WEBHOOK, []);
      return;
    }
    try {
      await sql.query(STORE_SETTINGS_WEBHOOK, [newId(), NAME, webhookUrl, webhookTimeout * 1_000, ACTOR]);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      this.logger.error({ webhook: NAME }, 'the webhook of the settings is not stored: another webhook has its name');
    }
  }
}
