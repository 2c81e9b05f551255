import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TopicView } from '../../api/schema/types.gen.ts';
import { deleteTopic, rejectTopic, restoreTopic } from '../../api/topics.ts';
import { useAccountNames } from '../../features/account-select.tsx';
import { ContentLink } from '../../features/content-link.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { TopicStatusWord } from './topic-parts.tsx';

interface Props {
  topic: TopicView;
  onGenerate: () => void;
  onClose: () => void;
}

function Acts({ topic, onGenerate, onClose }: Props) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const { status } = topic;
  const remove = async (): Promise<void> => {
    const question = { title: t.topics.deleteQuestion(topic.title), text: t.topics.deleteText, action: t.actions.remove, danger: true };
    if ((await confirm(question)) && (await act(() => deleteTopic(topic), t.topics.deleted, ['topics']))) onClose();
  };
  return (
    <>
      {status === 'open' && can('content:submit') && <Button onClick={onGenerate}>{t.topics.generate}…</Button>}
      {can('topics:edit') && (
        <>
          {status === 'open' && (
            <Button variant="default" onClick={() => void act(() => rejectTopic(topic), t.topics.rejected(1), ['topics'])}>
              {t.topics.reject}
            </Button>
          )}
          {(status === 'rejected' || status === 'expired') && (
            <Button onClick={() => void act(() => restoreTopic(topic), t.topics.restored(1), ['topics'])}>{t.topics.restore}</Button>
          )}
          {topic.reservedBy === null && (
            <Button variant="default" onClick={() => void remove()}>
              {t.actions.remove}…
            </Button>
          )}
        </>
      )}
    </>
  );
}

/** What is known of a topic, and what became of it. */
export function TopicPanel(props: Props) {
  const { topic, onClose } = props;
  const t = useT();
  const nameOf = useAccountNames();
  const names = t.topics.facts;
  const { freshness, relevance, usefulness, total } = topic.scores;
  return (
    <SidePanel
      label={topic.title}
      title={topic.title}
      state={<TopicStatusWord status={topic.status} />}
      actions={<Acts {...props} />}
      onClose={onClose}
    >
      {topic.reason !== null && (
        <Part title={t.topics.reason}>
          <p>{topic.reason}</p>
        </Part>
      )}
      <Facts
        facts={[
          [t.topics.columns.account, nameOf(topic.accountId)],
          [t.topics.columns.score, total],
          [names.keywords, topic.keywords.join(', ')],
          [names.section, topic.section],
          [names.series, topic.series && `${topic.series} ${topic.number ?? ''}`],
          [t.topics.columns.origin, t.topics.origins[topic.origin]],
          [names.by, topic.createdBy.name],
          [t.topics.columns.added, <Ago key="added" at={topic.createdAt} />],
          [names.expires, topic.expiresAt && <Moment key="expires" at={topic.expiresAt} />],
          [names.failures, topic.failures > 0 ? topic.failures : null],
        ]}
      />
      <Part title={t.topics.columns.score}>
        <p>{t.topics.scores(freshness, relevance, usefulness)}</p>
      </Part>
      {(topic.sourceUrl ?? topic.contentId ?? topic.reservedBy) !== null && (
        <Part>
          {topic.sourceUrl !== null && /^https?:/.test(topic.sourceUrl) && (
            <p>
              <a href={topic.sourceUrl} target="_blank" rel="noreferrer">
                {t.topics.openSource} ↗
              </a>
            </p>
          )}
          {topic.contentId !== null && (
            <p>
              <ContentLink id={topic.contentId}>{t.topics.openContent}</ContentLink>
            </p>
          )}
          {topic.reservedBy !== null && (
            <p>
              <Link to="/executions/$executionId" params={{ executionId: topic.reservedBy }}>
                {t.topics.openWork}
              </Link>
            </p>
          )}
        </Part>
      )}
    </SidePanel>
  );
}
