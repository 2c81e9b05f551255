import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import type { AlertMessage } from '../../core/alert/alert-message.ts';
import { DEFAULT_RULES } from '../../core/alert/default-rules.ts';
import { planEvaluation, type StoredAlert } from '../../core/alert/evaluation-plan.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { AlertMetrics, type OpenAlertCount } from '../alert-metrics.ts';
import { INSERT_NOTIFICATIONS } from '../notifications/notification.sql.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { INSERT_RULES, SELECT_RULES } from '../rules/alert-rule.sql.ts';
import { applySteps, type NotifiedChange } from './apply-steps.ts';
import { CLAIM_EVALUATION, COUNT_OPEN, END_EVALUATION, LOCK_EVALUATION, SELECT_OPEN } from './evaluation.sql.ts';
import { MetricReader, type MetricReadings } from './metric-reader.ts';
import { ProcessReports } from './process-reports.ts';

/** A process that comes a little early still evaluates, else every second round would be lost. */
const EARLY = 0.8;
/** Longer without a round is a gap. */
const GAP_SECONDS = 60;
const GAP_ROUNDS = 4;
/** After a gap, heartbeats, leases and schedules need as long until their numbers are those of now. */
const SETTLE_MS = 60_000;

interface LockedEvaluation {
  readonly defaultRules: readonly string[];
  readonly now: Date;
  readonly evaluatedAt: Date | null;
  readonly settledAt: Date | null;
  readonly gapSeconds: number;
}

interface AppliedRound {
  readonly changes: readonly NotifiedChange[];
  readonly open: readonly OpenAlertCount[];
}

/** Compares the metrics with the rules. Every scheduler process tries, and one of them evaluates a round. */
@Injectable()
export class AlertEvaluator {
  private readonly sql: SqlExecutor;
  private readonly everySeconds: number;
  private readonly publicUrl: string | undefined;

  constructor(
    private readonly pools: Pools,
    private readonly metrics: MetricReader,
    private readonly processes: ProcessReports,
    private readonly logger: Logger,
    private readonly counters: AlertMetrics,
    { alertInterval, publicUrl }: Settings,
  ) {
    this.sql = executorOf(pools.api);
    this.everySeconds = alertInterval;
    this.publicUrl = publicUrl;
  }

  /** One round. Returns whether this process evaluated it. Throws when nothing can be read: no alert changes then. */
  async evaluate(everySeconds = this.everySeconds * EARLY): Promise<boolean> {
    try {
      return await this.round(everySeconds);
    } catch (error) {
      this.counters.failed();
      throw error;
    }
  }

  private async round(everySeconds: number): Promise<boolean> {
    await this.processes.store();
    const [claim] = await this.sql.query<{ claimedAt: string }>(CLAIM_EVALUATION, [everySeconds]);
    if (claim === undefined) return false;
    const read = await this.metrics.read(this.everySeconds);
    for (const err of read.errors) this.logger.warn({ err }, 'some metrics of alert rules could not be read');
    const applied = await inTransaction(this.pools.api, (tx) => this.apply(tx, claim.claimedAt, read));
    if (applied === undefined) return false;
    this.counters.evaluated(
      applied.open,
      applied.changes.map(({ kind, alert }) => ({ kind, severity: alert.severity })),
    );
    return true;
  }

  /** Undefined when another process has claimed a later round. */
  private async apply(tx: TransactionClient, claimedAt: string, { readings }: MetricReadings): Promise<AppliedRound | undefined> {
    const [evaluation] = await tx.query<LockedEvaluation>(LOCK_EVALUATION, [claimedAt]);
    if (evaluation === undefined) return undefined;
    const { now, defaultRules } = evaluation;
    const missing = DEFAULT_RULES.filter(({ name }) => !defaultRules.includes(name));
    if (missing.length > 0) await tx.query(INSERT_RULES, [JSON.stringify(missing.map((rule) => ({ id: newId(), ...rule }))), 'alerts']);
    const { gapSeconds, settledAt, settling } = this.gapOf(evaluation);
    const gap = { labels: {}, value: settling ? gapSeconds : 0 };
    const rules = await tx.query<AlertRule>(SELECT_RULES, []);
    const open = await tx.query<StoredAlert>(SELECT_OPEN, []);
    const steps = planEvaluation(rules, new Map(readings).set('evaluation_gap_seconds', [gap]), open, { now, settling });
    const changes = await applySteps(tx, steps, now);
    if (changes.length > 0)
      await tx.query(INSERT_NOTIFICATIONS, [JSON.stringify(changes.map((change) => this.notificationOf(change))), now]);
    await tx.query(END_EVALUATION, [now, gapSeconds, settledAt, [...new Set([...defaultRules, ...DEFAULT_RULES.map(({ name }) => name)])]]);
    return { changes, open: await tx.query<OpenAlertCount>(COUNT_OPEN, []) };
  }

  /** The first round after a gap begins a time in which nothing new fires: its numbers are partly those of the outage. */
  private gapOf({ now, evaluatedAt, settledAt, gapSeconds }: LockedEvaluation) {
    const seconds = evaluatedAt === null ? 0 : (now.getTime() - evaluatedAt.getTime()) / 1_000;
    if (seconds > Math.max(GAP_SECONDS, GAP_ROUNDS * this.everySeconds))
      return { gapSeconds: seconds, settledAt: new Date(now.getTime() + SETTLE_MS), settling: true };
    return { gapSeconds, settledAt, settling: settledAt !== null && settledAt > now };
  }

  private notificationOf({ alert, rule, kind }: NotifiedChange) {
    const { id: alertId, version: sequence, severity, status, value, comparison, threshold, startedAt, firedAt, resolvedAt } = alert;
    const message: AlertMessage = {
      kind,
      alertId,
      status,
      rule: rule.name,
      metric: rule.metric,
      severity,
      value,
      comparison,
      threshold,
      labels: { ...rule.labels, ...(JSON.parse(alert.series) as Record<string, string>) },
      startedAt: startedAt.toISOString(),
      firedAt: firedAt?.toISOString() ?? null,
      resolvedAt: resolvedAt?.toISOString() ?? null,
      url: this.publicUrl === undefined ? null : `${this.publicUrl}/alerts/${alertId}`,
    };
    return { alertId, kind, sequence, severity, message };
  }
}
