import { Injectable } from '@nestjs/common';
import { ACTS, type AlertAct, type AlertStatus, type Severity } from '../core/alert/alert-states.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { isUuid } from '../platform/http/uuid.ts';
import type { Alert, AlertChange, AlertDelivery } from './alert.ts';
import * as sql from './alert.sql.ts';

export interface AlertFilter {
  readonly limit: number;
  readonly beforeId?: string;
  readonly statuses?: readonly AlertStatus[];
  readonly severities?: readonly Severity[];
  /** Id or name. */
  readonly rule?: string;
}

export interface ActOptions {
  readonly actor: string;
  readonly note: string | null;
  /** Of a silence. */
  readonly seconds: number | null;
}

/** Alerts as operators see and handle them. */
@Injectable()
export class AlertService {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** The newest first. */
  list({ limit, beforeId, statuses, severities, rule }: AlertFilter): Promise<Alert[]> {
    return this.sql.query<Alert>(sql.SELECT_ALERTS, [limit, beforeId ?? null, statuses ?? null, severities ?? null, rule ?? null]);
  }

  /** @throws {ProblemError} 404 */
  async get(id: string): Promise<Alert> {
    const [row] = isUuid(id) ? await this.sql.query<Alert>(sql.SELECT_ALERT, [id]) : [];
    if (row) return row;
    throw ProblemError.notFound('alert_not_found', `There is no alert "${id.slice(0, 100)}".`, { detail: 'GET /alerts lists all.' });
  }

  history({ id }: Alert): Promise<AlertChange[]> {
    return this.sql.query<AlertChange>(sql.SELECT_HISTORY, [id]);
  }

  deliveries({ id }: Alert): Promise<AlertDelivery[]> {
    return this.sql.query<AlertDelivery>(sql.SELECT_DELIVERIES, [id]);
  }

  /** @throws {ProblemError} 404, and 409 when the status of the alert does not allow the act */
  async act(id: string, act: AlertAct, { actor, note, seconds }: ActOptions): Promise<Alert> {
    const { from, to } = ACTS[act];
    const alert = await this.get(id);
    const rows = await this.sql.query(sql.ACT_ON_ALERT, [alert.id, from, to, act, actor, note, seconds]);
    const now = await this.get(alert.id);
    if (rows.length > 0) return now;
    throw ProblemError.conflict('alert_status', `The alert is ${now.status}, so it cannot be changed to ${to}.`, {
      detail: `That is allowed for an alert that is ${from.join(' or ')}.`,
    });
  }
}
