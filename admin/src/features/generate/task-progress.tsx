import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { contentTaskQuery } from '../../api/content-tasks.ts';
import { contentQuery } from '../../api/contents.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useLiveExecution } from '../../live/event-stream.ts';
import { isFinal } from '../../live/patches.ts';
import { StateMark, stateOf } from '../../ui/state-mark.tsx';
import { Trouble } from '../../ui/states.tsx';
import { type Slot, SlotAct } from './slot.tsx';
import { StepLine } from './step-line.tsx';
import css from './task-progress.module.css';

/** Without events of the stream. */
const POLL_MS = 3000;

interface Props {
  taskId: string;
  account: string;
  /** Where the content shall be published. */
  slot: Slot | undefined;
}

/** A content task while it runs, and a link to its content. */
export function TaskProgress({ taskId, account, slot }: Props) {
  const t = useT();
  const query = useQuery({
    ...contentTaskQuery(taskId),
    refetchInterval: ({ state }) => (isFinal(state.data?.status ?? '') ? false : POLL_MS),
  });
  const live = useLiveExecution(query.data?.executionId ?? '');
  const event = live?.data;
  const ended = isFinal(event?.status ?? '');
  const { refetch } = query;
  useEffect(() => {
    if (ended) void refetch();
  }, [ended, refetch]);
  if (query.error && !query.data) return <Trouble error={query.error} onRetry={() => void refetch()} />;
  const task = query.data;
  if (!task) return null;
  const isLive = live !== undefined && event !== undefined && !isFinal(task.status) && live.receivedAt >= task.fetchedAt;
  const { status, phase, progress, step } = isLive ? { ...task, ...event, step: event.step ?? task.step } : task;
  return (
    <section className={css.task}>
      <p className={css.head}>
        <b className="clip">{account}</b>
        <StateMark state={stateOf(status, phase)} progress={progress} />
      </p>
      <StepLine step={step} done={status === 'completed'} failed={status === 'failed' || status === 'timeout'} progress={progress} />
      {task.errorMessage !== null && <p className={css.error}>{task.errorMessage}</p>}
      <p className={css.links}>
        {task.contentId !== null && <ContentLink id={task.contentId} slot={slot} />}
        <Button variant="subtle" component={Link} to={`/executions/${task.executionId}` as '/'}>
          {t.generate.openRun}
        </Button>
      </p>
    </section>
  );
}

function ContentLink({ id, slot }: { id: string; slot: Slot | undefined }) {
  const t = useT();
  const { data } = useQuery(contentQuery(id));
  if (!data) return null;
  const waits = data.reviewStatus === 'pending_review';
  return (
    <>
      <Button
        renderRoot={(props) =>
          waits ? (
            <Link to="/review" search={{ sel: id }} {...props} />
          ) : (
            <Link to="/contents/$contentId" params={{ contentId: id }} {...props} />
          )
        }
      >
        {waits ? t.generate.reviewIt : t.generate.openIt}
      </Button>
      {slot && <SlotAct content={data} slot={slot} />}
      <span className={css.ready}>
        {data.title} · {t.content.words(data.wordCount, data.language)} · {t.content.score} {data.qualityScore ?? '–'}
      </span>
    </>
  );
}
