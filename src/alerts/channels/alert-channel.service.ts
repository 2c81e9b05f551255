import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId } from '../../platform/ids/new-id.ts';
import { sampleMessage } from '../../core/alert/alert-message.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { DELIVER_ALERT } from '../notifications/deliver-alert.handler.ts';
import { INSERT_TEST } from '../notifications/notification.sql.ts';
import type { AlertChannel, ChannelFields } from './alert-channel.ts';
import * as sql from './alert-channel.sql.ts';
import { checkChannel, checkServerChange } from './channel-check.ts';

export type ChannelChanges = Partial<Omit<ChannelFields, 'kind'>>;

/** The channels of notifications. */
@Injectable()
export class AlertChannelService {
  private readonly sql: SqlExecutor;
  private readonly secretsOverHttp: boolean;

  constructor(
    pools: Pools,
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
    { secretsOverHttp }: Settings,
  ) {
    this.sql = executorOf(pools.api);
    this.secretsOverHttp = secretsOverHttp;
  }

  /** By name. */
  list(): Promise<AlertChannel[]> {
    return this.sql.query<AlertChannel>(sql.SELECT_CHANNELS, []);
  }

  /** @throws {ProblemError} 404 */
  async get(id: string): Promise<AlertChannel> {
    const [row] = isUuid(id) ? await this.sql.query<AlertChannel>(sql.SELECT_CHANNEL, [id]) : [];
    if (row) return row;
    throw ProblemError.notFound('alert_channel_not_found', `There is no alert channel "${id.slice(0, 100)}".`, {
      detail: 'GET /alert-channels lists all.',
    });
  }

  /** @throws {ProblemError} 422 for members that do not fit the kind, 409 for a name that is taken or the 51st channel */
  async create(fields: ChannelFields, actor: string): Promise<AlertChannel> {
    checkChannel(fields, this.secretsOverHttp);
    const [row] = await this.sql.query<AlertChannel>(sql.INSERT_CHANNEL, [newId(), JSON.stringify(fields), actor]);
    if (row) return row;
    if ((await this.list()).some(({ name }) => name === fields.name)) throw nameTaken(fields.name);
    throw ProblemError.conflict('too_many_alert_channels', `There are ${sql.MOST_CHANNELS} alert channels.`, {
      detail: 'Delete one first.',
    });
  }

  /** Members that are not given stay, secrets too. @throws {ProblemError} 412 when another request changed it, as `create` otherwise */
  async update(channel: AlertChannel, { config = {}, secrets = {}, ...changes }: ChannelChanges): Promise<AlertChannel> {
    checkServerChange(channel, config, secrets.password);
    const { name, kind, minSeverity, enabled } = { ...channel, ...changes };
    const fields = {
      name,
      kind,
      minSeverity,
      enabled,
      config: { ...channel.config, ...config },
      secrets: { ...channel.secrets, ...secrets },
    };
    checkChannel(fields, this.secretsOverHttp);
    try {
      const [row] = await this.sql.query<AlertChannel>(sql.UPDATE_CHANNEL, [channel.id, JSON.stringify(fields), channel.version]);
      if (row) return row;
    } catch (error) {
      throw isUniqueViolation(error) ? nameTaken(name) : error;
    }
    throw versionChanged((await this.get(channel.id)).version);
  }

  async remove({ id }: AlertChannel): Promise<void> {
    await this.sql.query(sql.DELETE_CHANNEL, [id]);
  }

  /** Sends a sample, as notifications are sent: by a task. Returns its id. */
  async test({ id }: AlertChannel, actor: string): Promise<string> {
    const [notificationId, taskId] = [newId(), newId()];
    const announce = await this.dataSource.transaction(async (manager) => {
      const params = { notificationId, channelId: id };
      const request = { id: taskId, name: DELIVER_ALERT, params, createdBy: actor, trigger: 'api' as const, maxAttempts: 1 };
      const announceTask = await this.tasks.submitInTransaction(manager, [request]);
      const message = JSON.stringify(sampleMessage(new Date()));
      await executorOfManager(manager).query(INSERT_TEST, [notificationId, id, message, taskId]);
      return announceTask;
    });
    announce();
    return taskId;
  }
}

function nameTaken(name: string): ProblemError {
  return ProblemError.conflict('alert_channel_name_taken', `There is an alert channel named "${name}".`, {
    detail: 'Choose another name.',
  });
}
