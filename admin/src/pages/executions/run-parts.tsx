import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { blockersQuery, reportQuery, type Row, runBulk } from '../../api/executions.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { ErrorCode } from '../../ui/error-code.tsx';
import { useLiveExecution } from '../../live/event-stream.ts';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Facts, Part } from '../../ui/page.tsx';
import { Ago } from '../../ui/time.tsx';
import { Attempts, AttemptsLegend } from './attempts.tsx';
import { TookCell, useCurrent } from './cells.tsx';
import css from './run-parts.module.css';

/** Reads the row again when its state has changed: its error, worker and next attempt are in no event. The attempts when the log shows a change. */
export function useRefresh(executionId: string, changes: number): void {
  const client = useQueryClient();
  const live = useLiveExecution(executionId);
  const version = live?.data.version;
  useEffect(() => {
    if (version !== undefined) void client.invalidateQueries({ queryKey: ['executions', 'one', executionId] });
  }, [version, client, executionId]);
  useEffect(() => {
    if (changes > 0) void client.invalidateQueries({ queryKey: ['executions', 'report', executionId] });
  }, [changes, client, executionId]);
}

export function RunActions({ row }: { row: Row }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const { finishedAt, status } = useCurrent(row);
  const scope = { ids: [row.executionId] };
  const cancel = async (): Promise<void> => {
    const question = { title: t.run.cancelQuestion(row.taskName), text: t.run.cancelText, action: t.actions.cancel, danger: true };
    if (await confirm(question)) await act(() => runBulk({ action: 'cancel', scope }), t.run.cancelled(row.taskName), ['executions']);
  };
  const retry = (): void => void act(() => runBulk({ action: 'retry', scope }), t.run.retried(row.taskName), ['executions']);
  if (finishedAt === null) {
    return can('tasks:cancel') ? (
      <Button variant="default" onClick={() => void cancel()}>
        {t.actions.cancel}
      </Button>
    ) : null;
  }
  return status !== 'completed' && can('tasks:retry') ? <Button onClick={retry}>{t.actions.retry}</Button> : null;
}

export function RunError({ row }: { row: Row }) {
  const t = useT();
  const format = useFormat();
  const { phase } = useCurrent(row);
  if (!row.error) return null;
  return (
    <p className={css.error}>
      <ErrorCode code={row.error.code} /> {row.error.message}
      {phase === 'retrying' && row.nextAttemptAt !== null && <> · {t.run.nextAttempt(format.clock(row.nextAttemptAt))}</>}
    </p>
  );
}

export function RunFacts({ row }: { row: Row }) {
  const t = useT();
  const names = t.run.facts;
  const { attempt } = useCurrent(row);
  return (
    <Facts
      facts={[
        [names.submitted, <Ago key="submitted" at={row.createdAt} />],
        [names.took, <TookCell key="took" row={row} />],
        [names.attempt, t.run.of(attempt, row.maxAttempts)],
        [names.queue, row.queue],
        [names.priority, row.priority],
        [names.by, row.createdBy.name ?? row.createdBy.type],
        [names.worker, row.worker?.split(':').slice(0, 2).join(':')],
        [names.generation, row.generation > 1 ? row.generation - 1 : null],
      ]}
    />
  );
}

/** Why an execution that has not started waits. */
export function RunBlockers({ row }: { row: Row }) {
  const t = useT();
  const { status } = useCurrent(row);
  const waits = status === 'pending' || status === 'submitted';
  const blockers = useQuery({ ...blockersQuery(row.executionId), enabled: waits });
  const closed = blockers.data?.blockers.filter(({ open }) => !open) ?? [];
  if (!waits || closed.length === 0) return null;
  return (
    <Part title={t.run.waits}>
      <ul className={css.blockers}>
        {closed.map(({ code, detail }) => (
          <li key={code}>
            <b>{code}</b> {detail}
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function RunAttempts({ executionId }: { executionId: string }) {
  const t = useT();
  const report = useQuery(reportQuery(executionId));
  if (!report.data || report.data.attempts.length === 0) return null;
  return (
    <Part title={t.run.attempts} aside={<AttemptsLegend />}>
      <Attempts report={report.data} />
    </Part>
  );
}
