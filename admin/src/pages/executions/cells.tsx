import type { Row } from '../../api/executions.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useNow } from '../../live/clock.ts';
import { useLiveExecution } from '../../live/event-stream.ts';
import { patch, type Patched } from '../../live/patches.ts';
import { StateMark, stateOf } from '../../ui/state-mark.tsx';
import css from './cells.module.css';

/** The row as it is now. Only the cell that calls this is painted again. */
export const useCurrent = (row: Row): Patched => patch(row, useLiveExecution(row.executionId));

export function StateCell({ row }: { row: Row }) {
  const { status, phase, progress } = useCurrent(row);
  return <StateMark state={stateOf(status, phase)} progress={progress} />;
}

export function ProgressCell({ row }: { row: Row }) {
  const t = useT();
  const { status, progress, step } = useCurrent(row);
  if (status !== 'running' || progress === null) return null;
  return (
    <span className={css.progress}>
      <span
        className={css.track}
        role="progressbar"
        aria-valuenow={progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={t.executions.columns.progress}
      >
        <span style={{ inlineSize: `${progress}%` }} />
      </span>
      <span className="num">{progress}%</span>
      {step !== null && <span className={`${css.step} quiet clip`}>{t.step[step] ?? step}</span>}
    </span>
  );
}

export function AttemptCell({ row }: { row: Row }) {
  const { attempt } = useCurrent(row);
  if (attempt === 0) return <span className="quiet">–</span>;
  return (
    <span className={attempt > 1 ? css.again : 'quiet'}>
      {attempt}
      <span className="quiet">/{row.maxAttempts}</span>
    </span>
  );
}

export function TookCell({ row }: { row: Row }) {
  const format = useFormat();
  const { startedAt, finishedAt, status } = useCurrent(row);
  if (startedAt === null) return null;
  if (finishedAt !== null) return <>{format.took(Date.parse(finishedAt) - Date.parse(startedAt))}</>;
  return status === 'running' ? <Ticking since={startedAt} /> : null;
}

function Ticking({ since }: { since: string }) {
  const format = useFormat();
  const now = useNow();
  const seconds = Math.floor(Math.max(0, now - Date.parse(since)) / 1000);
  return <span className={css.ticking}>{format.took(seconds * 1000).replace('.0', '')}</span>;
}

/** When a waiting task will start, as far as it is known. */
export function NextCell({ row }: { row: Row }) {
  const t = useT();
  const format = useFormat();
  const { status, phase } = useCurrent(row);
  const at = row.nextAttemptAt ?? row.runAt;
  if (status !== 'pending' || Date.parse(at) <= row.fetchedAt) return null;
  const text = phase === 'retrying' ? t.executions.retriesAt(format.clock(at)) : t.executions.startsAt(format.dayTime(at));
  return <span className="quiet num">{text}</span>;
}

const ID = /^[0-9a-f]{8}-/;

/** What an execution is about: the first words among its params. */
export function subjectOf(params: unknown): string {
  const values = params !== null && typeof params === 'object' ? (params as Record<string, unknown>) : {};
  const first = values.topic ?? values.name ?? values.subject ?? Object.values(values).find(isWords);
  return typeof first === 'string' ? first : '';
}

const isWords = (value: unknown): boolean => typeof value === 'string' && value !== '' && !ID.test(value);
