import type { AlertRuleView, AlertView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { type Tone, Word } from '../../ui/word.tsx';

const STATUS: Record<AlertView['status'], Tone> = {
  pending: 'quiet',
  firing: 'bad',
  acknowledged: 'running',
  silenced: 'quiet',
  resolved: 'good',
};
const SEVERITY: Record<AlertView['severity'], Tone> = { info: 'quiet', warning: 'warn', critical: 'bad' };

export function AlertStatus({ status }: { status: AlertView['status'] }) {
  const t = useT();
  return <Word tone={STATUS[status]}>{t.alerts.status[status]}</Word>;
}

/** Quiet once the alert is resolved: a colour then would ask for nothing. */
export function Severity({ severity, resolved = false }: { severity: AlertView['severity']; resolved?: boolean }) {
  const t = useT();
  return <Word tone={resolved ? 'quiet' : SEVERITY[severity]}>{t.alerts.severity[severity]}</Word>;
}

/** `failure_rate > 20`, with the value when there is one. */
export function Condition({ rule }: { rule: Pick<AlertRuleView, 'metric' | 'comparison' | 'threshold' | 'forSeconds'> }) {
  const t = useT();
  const format = useFormat();
  const { metric, comparison, threshold, forSeconds } = rule;
  return (
    <span>
      <span className="mono">
        {metric} {t.alerts.comparison[comparison]} {format.number(threshold)}
      </span>{' '}
      <span className="quiet">{t.alerts.forSeconds(format.took(forSeconds * 1000))}</span>
    </span>
  );
}

export const labelsOf = (labels: Record<string, unknown>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
