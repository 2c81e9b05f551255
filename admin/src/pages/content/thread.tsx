import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { contentTaskQuery } from '../../api/content-tasks.ts';
import { type Content, contentQuery, reviewHistoryQuery } from '../../api/contents.ts';
import { entriesQuery } from '../../api/pool.ts';
import type { PoolEntryView, ReviewEntryView } from '../../api/schema/types.gen.ts';
import { ENTRY_TONES } from '../../features/pool/entry-state.tsx';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { StateMark, stateOf } from '../../ui/state-mark.tsx';
import { Moment } from '../../ui/time.tsx';
import { Word } from '../../ui/word.tsx';
import css from './thread.module.css';

type StopState = 'done' | 'now' | 'open';

function Stop({ title, state, children }: { title: string; state: StopState; children: ReactNode }) {
  return (
    <li className={css.stop} data-state={state}>
      <h2>{title}</h2>
      {children}
    </li>
  );
}

/** Who and when. */
function By({ who, at }: { who?: string | undefined; at: string | null }) {
  return (
    <span className={css.by}>
      {who !== undefined && <>{who} · </>}
      <Moment at={at} />
    </span>
  );
}

function TopicAndGeneration({ content }: { content: Content }) {
  const t = useT();
  const format = useFormat();
  const { generationTaskId: taskId, provenance } = content;
  const { data: task, error } = useQuery({ ...contentTaskQuery(taskId ?? ''), enabled: taskId !== null, retry: false });
  const words = t.contents.thread;
  const took = task?.startedAt && task.completedAt ? Date.parse(task.completedAt) - Date.parse(task.startedAt) : null;
  return (
    <>
      <Stop title={words.topic} state="done">
        <p>{task?.topic ?? (task ? words.sourcesDecide : content.title)}</p>
        {task && task.keywords.length > 0 && <p className="quiet">{format.list(task.keywords)}</p>}
        <By who={content.requestedBy.name} at={task?.submittedAt ?? content.createdAt} />
      </Stop>
      <Stop title={words.attempt} state="done">
        {task ? (
          <p className={css.line}>
            <StateMark state={stateOf(task.status)} />
            <span>{words.attempts(task.retryCount + 1)}</span>
            {took !== null && (
              <span>
                {words.took} {format.took(took)}
              </span>
            )}
            <Link to="/executions/$executionId" params={{ executionId: task.executionId }}>
              {t.generate.openRun}
            </Link>
          </p>
        ) : (
          <p className="quiet">{taskId === null ? words.notGenerated : error ? words.taskGone : '…'}</p>
        )}
        {content.rewriteOf !== null && <EarlierAttempt id={content.rewriteOf} />}
        <By who={provenance.creator} at={content.createdAt} />
      </Stop>
    </>
  );
}

function EarlierAttempt({ id }: { id: string }) {
  const t = useT();
  const { data } = useQuery({ ...contentQuery(id), retry: false });
  return (
    <p className={css.line}>
      <span>{t.contents.thread.earlier}</span>
      <Link to="/contents/$contentId" params={{ contentId: id }}>
        {data?.title ?? '…'}
      </Link>
      {data?.reviewNote != null && <span className="quiet">{data.reviewNote}</span>}
    </p>
  );
}

function Decision({ entry }: { entry: ReviewEntryView }) {
  const t = useT();
  const format = useFormat();
  const reasons = entry.reasons.map(
    (code) => (t.content.returnReasons as Record<string, string>)[code] ?? t.content.reasons[code] ?? t.content.checks[code] ?? code,
  );
  return (
    <li>
      <b>{t.contents.transitions[entry.transition]}</b>{' '}
      <span className="quiet">
        {t.contents.thread.version(entry.version)}
        {reasons.length > 0 && <> · {format.list(reasons)}</>}
      </span>
      {entry.note !== null && <p className={css.note}>{entry.note}</p>}
      <By who={entry.actor.name} at={entry.at} />
    </li>
  );
}

function Entry({ entry }: { entry: PoolEntryView }) {
  const t = useT();
  const { status, channelName, scheduledAt, lastError, externalUrl, publishedAt } = entry;
  const isPublished = status === 'published';
  return (
    <li>
      <p className={css.line}>
        <b>{channelName}</b>
        <Word tone={ENTRY_TONES[status]}>{t.contents.poolStatus[status]}</Word>
        {isPublished && externalUrl !== null && (
          <a href={externalUrl} target="_blank" rel="noreferrer">
            {t.contents.thread.openPost}
          </a>
        )}
      </p>
      {lastError !== null && !isPublished && <p className={css.note}>{lastError.message}</p>}
      <span className={css.by}>
        {!isPublished && <>{t.contents.thread.due} </>}
        <Moment at={isPublished ? publishedAt : scheduledAt} />
      </span>
    </li>
  );
}

/** One line from the topic to the post: each stop with who and when. */
export function Thread({ content }: { content: Content }) {
  const t = useT();
  const history = useQuery(reviewHistoryQuery(content.id));
  const pool = useQuery(entriesQuery({ contentId: content.id }));
  const entries = pool.data?.items ?? [];
  const published = entries.filter(({ status }) => status === 'published');
  const waiting = entries.filter(({ status }) => status !== 'published');
  const isApproved = content.reviewStatus === 'approved';
  const words = t.contents.thread;
  return (
    <ol className={css.thread}>
      <TopicAndGeneration content={content} />
      <Stop title={words.review} state={isApproved ? 'done' : 'now'}>
        <ul>
          {history.data?.items.toReversed().map((entry) => (
            <Decision key={entry.revision} entry={entry} />
          ))}
        </ul>
      </Stop>
      <Stop title={words.pool} state={published.length > 0 ? 'done' : entries.length > 0 ? 'now' : 'open'}>
        {waiting.length === 0 && published.length === 0 && <p className="quiet">{words.notInPool}</p>}
        <ul>
          {waiting.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      </Stop>
      <Stop title={words.publication} state={published.length > 0 ? 'done' : 'open'}>
        {published.length === 0 && <p className="quiet">{words.notPublished}</p>}
        <ul>
          {published.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      </Stop>
    </ol>
  );
}
