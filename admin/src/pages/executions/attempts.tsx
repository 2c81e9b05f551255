import { Fragment } from 'react';
import type { ExecutionReportView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { ErrorCode } from '../../ui/error-code.tsx';
import css from './attempts.module.css';

export function AttemptsLegend() {
  const t = useT();
  return (
    <span className={css.legend}>
      <i data-kind="pause" />
      {t.run.legend.pause}
      <i data-kind="queue" />
      {t.run.legend.queued}
      <i data-kind="run" />
      {t.run.legend.run}
    </span>
  );
}

/** Attempts as bars on one time line: back-off, queue, run. They show where the time went. */
export function Attempts({ report }: { report: ExecutionReportView }) {
  const t = useT();
  const format = useFormat();
  const parts = report.attempts.map(
    ({ pausedMs, queuedMs, leasedMs, runMs, externalMs }) => [pausedMs, queuedMs, leasedMs + runMs + externalMs] as const,
  );
  const total = Math.max(
    1,
    parts.flat().reduce((sum, ms) => sum + ms, 0),
  );
  const x = (ms: number): number => (ms / total) * 1000;
  const lengths = parts.map((part) => part[0] + part[1] + part[2]);
  return (
    <div className={css.attempts}>
      {report.attempts.map(({ generation, attempt, outcome, error }, index) => {
        const [paused, queued, run] = parts[index] ?? [0, 0, 0];
        const start = lengths.slice(0, index).reduce((sum, ms) => sum + ms, 0);
        return (
          <Fragment key={`${generation}-${attempt}`}>
            <span className="num quiet">{attempt}</span>
            <svg viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden>
              <rect x={x(start)} width={x(paused)} y="5.5" height="3" className={css.pause} />
              <rect x={x(start + paused)} width={x(queued)} y="3" height="8" className={css.queue} />
              <rect
                x={x(start + paused + queued)}
                width={Math.max(5, x(run))}
                y="1"
                height="12"
                rx="2"
                className={css.ran}
                data-outcome={outcome}
              />
            </svg>
            <span className={`${css.outcome} num`}>
              {error ? <ErrorCode code={error.code} /> : outcome !== 'completed' && `${t.run.outcomes[outcome] ?? outcome} `}{' '}
              {format.took(run)}
            </span>
          </Fragment>
        );
      })}
    </div>
  );
}
