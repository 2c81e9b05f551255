import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import type { RuleFields } from '../../core/alert/default-rules.ts';
import { METRICS } from '../../core/alert/metric-catalogue.ts';
import { previewDays, type RulePreview } from '../../core/alert/preview.ts';
import { AsyncTaskMonitor } from '../../monitoring/monitor/async-task-monitor.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { AlertRule } from './alert-rule.ts';
import * as sql from './alert-rule.sql.ts';

const PREVIEWED_DAYS = 7;

/** The rules of alerts. */
@Injectable()
export class AlertRuleService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly monitor: AsyncTaskMonitor,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** By name. */
  list(): Promise<AlertRule[]> {
    return this.sql.query<AlertRule>(sql.SELECT_RULES, []);
  }

  /** @throws {ProblemError} 404 */
  async get(id: string): Promise<AlertRule> {
    const [row] = isUuid(id) ? await this.sql.query<AlertRule>(sql.SELECT_RULE, [id]) : [];
    if (row) return row;
    throw ProblemError.notFound('alert_rule_not_found', `There is no alert rule "${id.slice(0, 100)}".`, {
      detail: 'GET /alert-rules lists all.',
    });
  }

  /** @throws {ProblemError} 409 for a name that is taken or the 201st rule */
  async create(fields: RuleFields, actor: string): Promise<AlertRule> {
    const [row] = await this.sql.query<AlertRule>(sql.INSERT_RULES, [JSON.stringify([{ id: newId(), ...fields }]), actor]);
    if (row) return row;
    if ((await this.list()).some(({ name }) => name === fields.name)) throw nameTaken(fields.name);
    throw ProblemError.conflict('too_many_alert_rules', `There are ${sql.MOST_RULES} alert rules.`, { detail: 'Delete one first.' });
  }

  /** The next round compares its open alerts with the new condition. @throws {ProblemError} 412 when another request changed it, 409 */
  async update(rule: AlertRule, changes: Partial<RuleFields>): Promise<AlertRule> {
    const fields = { ...rule, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) };
    try {
      const [row] = await this.sql.query<AlertRule>(sql.UPDATE_RULE, [rule.id, JSON.stringify(fields), rule.version]);
      if (row) return row;
    } catch (error) {
      throw isUniqueViolation(error) ? nameTaken(fields.name) : error;
    }
    throw versionChanged((await this.get(rule.id)).version);
  }

  /** With its alerts and their history. */
  async remove({ id }: AlertRule): Promise<void> {
    await this.sql.query(sql.DELETE_RULE, [id]);
  }

  /** How often a condition would have begun to hold in the last days; null for a metric without a history. */
  async preview(condition: Pick<RuleFields, 'metric' | 'comparison' | 'threshold'>): Promise<RulePreview | null> {
    if (METRICS[condition.metric].history === null) return null;
    return previewDays(condition.metric, condition, await this.monitor.days(PREVIEWED_DAYS + 1));
  }
}

function nameTaken(name: string): ProblemError {
  return ProblemError.conflict('alert_rule_name_taken', `There is an alert rule named "${name}".`, { detail: 'Choose another name.' });
}
