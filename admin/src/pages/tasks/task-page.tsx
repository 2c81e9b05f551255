import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { listExecutions } from '../../api/executions.ts';
import type { DayView, ExecutionView } from '../../api/schema/types.gen.ts';
import { pauseTask, resumeTask, taskDaysQuery, tasksQuery } from '../../api/tasks.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Facts, Page, Part } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { NotFound } from '../../ui/states.tsx';
import { Strip, type StripTone } from '../../ui/strip.tsx';
import { Word } from '../../ui/word.tsx';
import { DayBars } from './day-bars.tsx';
import { RunTask } from './run-task.tsx';
import { usePaused } from './tasks-page.tsx';
import css from './task-page.module.css';

const route = getRouteApi('/tasks/$taskName');
const RUNS = 50;

function toneOf(status: ExecutionView['status']): StripTone {
  if (status === 'completed') return 'quiet';
  if (status === 'failed' || status === 'timeout') return 'failed';
  return status === 'cancelled' ? 'skipped' : 'open';
}

function LastRuns({ taskName }: { taskName: string }) {
  const t = useT();
  const format = useFormat();
  const query = useQuery({
    queryKey: ['executions', 'last', taskName],
    queryFn: ({ signal }) => listExecutions({ taskName: [taskName], limit: RUNS }, signal),
  });
  const runs = query.data?.items.toReversed() ?? [];
  if (runs.length === 0) return null;
  const items = runs.map(({ executionId, status, createdAt }) => ({
    key: executionId,
    tone: toneOf(status),
    title: `${t.state[status]} · ${format.full(createdAt)}`,
  }));
  return (
    <Part title={t.tasks.lastRuns}>
      <Strip items={items} label={t.tasks.lastRuns} />
    </Part>
  );
}

function DayFacts({ days }: { days: readonly DayView[] }) {
  const t = useT();
  const format = useFormat();
  const sum = (name: 'submitted' | 'completed' | 'failed' | 'timeout' | 'retried') => days.reduce((total, day) => total + day[name], 0);
  const failed = sum('failed') + sum('timeout');
  const ended = sum('completed') + failed;
  const timed = days.filter(({ averageRunMs }) => averageRunMs !== null);
  const runs = timed.reduce((total, { completed }) => total + completed, 0);
  const average = timed.reduce((total, { averageRunMs, completed }) => total + (averageRunMs ?? 0) * completed, 0) / Math.max(1, runs);
  return (
    <Facts
      facts={[
        [t.tasks.total, format.number(sum('submitted'))],
        [t.tasks.success, ended === 0 ? null : format.percent(sum('completed') / ended)],
        [t.tasks.failed, format.number(failed)],
        [t.tasks.retried, format.number(sum('retried'))],
        [t.tasks.average, runs === 0 ? null : format.took(average)],
      ]}
    />
  );
}

export function TaskPage() {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const act = useAct();
  const { taskName } = route.useParams();
  const query = useQuery(tasksQuery);
  const days = useQuery(taskDaysQuery(taskName));
  const paused = usePaused().has(taskName);
  const [running, setRunning] = useState(false);
  const toggle = (): void =>
    void (paused
      ? act(() => resumeTask(taskName), t.tasks.resumedNow(taskName), ['tasks'])
      : act(() => pauseTask(taskName), t.tasks.pausedNow(taskName), ['tasks']));
  return (
    <Page
      title={taskName}
      note={<Link to="/tasks">← {t.nav.tasks}</Link>}
      actions={
        <>
          {can('tasks:pause') && (
            <Button variant="default" onClick={toggle}>
              {paused ? t.actions.resume : t.actions.pause}
            </Button>
          )}
          {can('tasks:submit') && <Button onClick={() => setRunning(true)}>{t.tasks.run}</Button>}
        </>
      }
    >
      <QueryView query={query}>
        {({ items }) => {
          const task = items.find(({ name }) => name === taskName);
          if (!task) return <NotFound />;
          return (
            <div className={css.body}>
              <p className={css.description}>{task.description}</p>
              <Facts
                facts={[
                  [
                    t.tasks.columns.state,
                    paused ? (
                      <Word key="state" tone="warn">
                        {t.tasks.paused}
                      </Word>
                    ) : (
                      <Word key="state" tone="good">
                        {t.tasks.active}
                      </Word>
                    ),
                  ],
                  [t.tasks.columns.queue, task.queue],
                  [t.tasks.columns.timeout, format.took(task.timeoutMs)],
                  [t.tasks.columns.attempts, task.maxAttempts],
                ]}
              />
              <Part title={t.tasks.days}>
                <QueryView query={days} rows={3}>
                  {({ items: all }) => (
                    <>
                      <DayBars days={all.toReversed()} />
                      <DayFacts days={all} />
                    </>
                  )}
                </QueryView>
              </Part>
              <LastRuns taskName={taskName} />
              <Part title={t.tasks.schema}>
                {task.paramsSchema === null ? t.tasks.noSchema : <JsonView value={task.paramsSchema} label={t.tasks.schema} />}
              </Part>
              <Part>
                <Button component={Link} to="/executions" search={{ taskName: [taskName], since: '7d' } as never} variant="default">
                  {t.tasks.all}
                </Button>
              </Part>
            </div>
          );
        }}
      </QueryView>
      <RunTask key={String(running)} name={running ? taskName : undefined} onClose={() => setRunning(false)} />
    </Page>
  );
}
