import { newId } from '../../platform/ids/new-id.ts';
import type { AlertStatus, Severity } from '../../core/alert/alert-states.ts';
import type { Comparison } from '../../core/alert/condition.ts';
import type { PlannedStep, StoredAlert } from '../../core/alert/evaluation-plan.ts';
import type { NotificationKind } from '../../core/alert/alert-message.ts';
import type { TransactionClient } from '../../platform/database/pools.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import * as sql from './evaluation.sql.ts';

/** The actor of the changes that a round makes. */
const ACTOR = 'alerts';

export type Step = PlannedStep<AlertRule, StoredAlert>;

/** An alert after a change of its status. */
export interface ChangedAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly series: string;
  readonly status: AlertStatus;
  readonly version: number;
  readonly value: number;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly severity: Severity;
  readonly startedAt: Date;
  readonly firedAt: Date | null;
  readonly resolvedAt: Date | null;
}

/** A change that channels get to know. */
export interface NotifiedChange {
  readonly alert: ChangedAlert;
  readonly rule: AlertRule;
  readonly kind: Exclude<NotificationKind, 'test'>;
}

const TARGETS = { fire: 'firing', unsilence: 'firing', resolve: 'resolved' } as const;

/** Applies the steps of a round. Returns the changes of which channels get a notification: each state once. */
export async function applySteps(tx: TransactionClient, steps: readonly Step[], now: Date): Promise<NotifiedChange[]> {
  const of = (...wanted: Step['step'][]) => steps.filter(({ step }) => wanted.includes(step));
  const ids = (chosen: readonly Step[]): string[] => chosen.flatMap(({ alert }) => (alert === null ? [] : [alert.id]));
  const run = async (text: string, rows: readonly object[], ...more: unknown[]): Promise<ChangedAlert[]> =>
    rows.length === 0 ? [] : tx.query<ChangedAlert>(text, [JSON.stringify(rows), ...more]);

  const opened = await run(sql.OPEN_ALERTS, of('open_pending', 'open_firing').map(toRow), now, ACTOR);
  const moves = of('fire', 'unsilence', 'resolve');
  const moved = await run(sql.MOVE_ALERTS, moves.map(toMove), now, ACTOR);
  const reminded = await run(
    sql.REMIND_ALERTS,
    of('remind').map(({ alert, value }) => ({ id: alert?.id, version: alert?.version, value })),
    now,
  );
  await run(
    sql.SET_VALUES,
    of('keep', 'restart').flatMap(({ alert, value }) => (alert && alert.value !== value ? [{ id: alert.id, value }] : [])),
  );
  const [restarted, withdrawn] = [ids(of('restart')), ids(of('withdraw'))];
  if (restarted.length > 0) await tx.query(sql.RESTART_PENDING, [restarted, now]);
  if (withdrawn.length > 0) await tx.query(sql.WITHDRAW_PENDING, [withdrawn]);

  const rules = new Map(steps.map(({ rule }) => [rule.id, rule]));
  /** The end of a silenced alert is not sent. */
  const isQuiet = ({ id, status }: ChangedAlert): boolean =>
    status === 'resolved' && moves.some(({ alert }) => alert?.id === id && alert.status === 'silenced');
  const notified = (kind: NotifiedChange['kind'], alert: ChangedAlert): NotifiedChange[] => {
    const rule = rules.get(alert.ruleId);
    return rule === undefined ? [] : [{ alert, rule, kind }];
  };
  return [
    ...opened.filter(({ status }) => status === 'firing').flatMap((alert) => notified('firing', alert)),
    ...moved.filter((alert) => !isQuiet(alert)).flatMap((alert) => notified(alert.status === 'resolved' ? 'resolved' : 'firing', alert)),
    ...reminded.flatMap((alert) => notified('reminder', alert)),
  ];
}

function toRow({ step, rule, series, value }: Step) {
  const { id: ruleId, severity, comparison, threshold } = rule;
  return { id: newId(), ruleId, series, status: step === 'open_firing' ? 'firing' : 'pending', severity, comparison, threshold, value };
}

function toMove({ step, alert, value, reason }: Step) {
  const to = TARGETS[step as keyof typeof TARGETS];
  const why = step === 'resolve' ? reason : step === 'fire' ? 'condition' : 'silence_ended';
  return { id: alert?.id, version: alert?.version, from: alert?.status, to, value, reason: why };
}
