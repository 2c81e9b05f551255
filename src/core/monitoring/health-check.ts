export const CHECK_STATUSES = ['ok', 'degraded', 'down'] as const;
/** `degraded`: it works, but worse than it should. `down`: it does not work. */
export type CheckStatus = (typeof CHECK_STATUSES)[number];

export interface HealthCheck {
  readonly name: string;
  readonly status: CheckStatus;
  readonly detail: string;
  /** What an operator can do; null for `ok`. */
  readonly action: string | null;
}

/** `since`: when the check was first seen with its status. */
export type DatedCheck = HealthCheck & { readonly since: Date };

export const ok = (name: string, detail: string): HealthCheck => ({ name, status: 'ok', detail, action: null });
export const degraded = (name: string, detail: string, action: string): HealthCheck => ({ name, status: 'degraded', detail, action });
export const down = (name: string, detail: string, action: string): HealthCheck => ({ name, status: 'down', detail, action });

/** Keeps the date of a check whose status has not changed. */
export function dated(checks: readonly HealthCheck[], before: readonly DatedCheck[], now: Date): DatedCheck[] {
  const known = new Map(before.map((check) => [check.name, check]));
  return checks.map((check) => {
    const earlier = known.get(check.name);
    return { ...check, since: earlier?.status === check.status ? earlier.since : now };
  });
}

export function worstOf(checks: readonly HealthCheck[]): CheckStatus {
  const rank = Math.max(0, ...checks.map(({ status }) => CHECK_STATUSES.indexOf(status)));
  return CHECK_STATUSES[rank] ?? 'ok';
}
