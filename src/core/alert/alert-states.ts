export const ALERT_STATUSES = ['pending', 'firing', 'acknowledged', 'silenced', 'resolved'] as const;
/**
 * `pending`: the condition holds, but not for long enough. `firing`: notifications are sent. `acknowledged`: an operator works on it, so
 * there are no reminders. `silenced`: no notifications until a time. `resolved`: the condition ended; the alert never opens again.
 */
export type AlertStatus = (typeof ALERT_STATUSES)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The transitions. The migration of alerts has the same table as a CHECK. */
export const ALERT_TRANSITIONS: Readonly<Record<AlertStatus | 'new', readonly AlertStatus[]>> = {
  new: ['pending', 'firing'],
  pending: ['firing'],
  firing: ['acknowledged', 'silenced', 'resolved'],
  acknowledged: ['silenced', 'resolved'],
  silenced: ['silenced', 'acknowledged', 'firing', 'resolved'],
  resolved: [],
};

/** The statuses from which an act of an operator is allowed. */
export const ACTS = {
  acknowledge: { from: ['firing', 'silenced'], to: 'acknowledged' },
  silence: { from: ['firing', 'acknowledged', 'silenced'], to: 'silenced' },
  unsilence: { from: ['silenced'], to: 'firing' },
} as const satisfies Record<string, { from: readonly AlertStatus[]; to: AlertStatus }>;
export type AlertAct = keyof typeof ACTS;

export interface OpenAlert {
  readonly status: Exclude<AlertStatus, 'resolved'>;
  readonly startedAt: Date;
  readonly silencedUntil: Date | null;
  readonly notifiedAt: Date | null;
}

export interface Observation {
  /** The condition of the rule holds now. */
  readonly met: boolean;
  readonly now: Date;
  readonly forSeconds: number;
  /** 0: no reminders. */
  readonly repeatSeconds: number;
  /** The values may still be those of an outage that just ended: nothing new fires. */
  readonly settling: boolean;
}

/**
 * `open` begins an alert, `withdraw` deletes one that never fired, `restart` begins its waiting time again, `unsilence` ends a silence
 * whose time is over, `remind` repeats the notification, and `keep` only stores the value.
 */
export type AlertStep =
  | 'none'
  | 'open_pending'
  | 'open_firing'
  | 'withdraw'
  | 'restart'
  | 'fire'
  | 'unsilence'
  | 'remind'
  | 'resolve'
  | 'keep';

const secondsSince = (from: Date, now: Date): number => (now.getTime() - from.getTime()) / 1_000;

/** What one observation does to the open alert of a rule and series; `alert` is null when there is none. */
export function nextStep(alert: OpenAlert | null, { met, now, forSeconds, repeatSeconds, settling }: Observation): AlertStep {
  if (alert === null) {
    if (!met || settling) return 'none';
    return forSeconds > 0 ? 'open_pending' : 'open_firing';
  }
  if (!met) return alert.status === 'pending' ? 'withdraw' : 'resolve';
  switch (alert.status) {
    case 'pending':
      if (settling) return 'restart';
      return secondsSince(alert.startedAt, now) >= forSeconds ? 'fire' : 'keep';
    case 'silenced':
      return alert.silencedUntil !== null && alert.silencedUntil <= now ? 'unsilence' : 'keep';
    case 'firing':
      return repeatSeconds > 0 && alert.notifiedAt !== null && secondsSince(alert.notifiedAt, now) >= repeatSeconds ? 'remind' : 'keep';
    case 'acknowledged':
      return 'keep';
  }
}
