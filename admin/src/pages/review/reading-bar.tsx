import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowLeft,
  IconCheck,
  IconArrowsDiff,
  IconExternalLink,
  IconListDetails,
  IconPencil,
  IconTimeline,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type Content, previewOf } from '../../api/contents.ts';
import type { ContentReader } from '../../api/schema/types.gen.ts';
import { Score } from '../../features/article/score.tsx';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import css from './review-page.module.css';
import type { ReviewSearch } from './search.ts';

interface Props {
  content: Content | undefined;
  readers: readonly ContentReader[];
  search: ReviewSearch;
  /** "3 / 12". */
  place: string | null;
  busy: boolean;
  factsOpen: boolean;
  onFacts: () => void;
  onDiff: () => void;
  onEdit: () => void;
  onReturn: () => void;
  onApprove: () => void;
}

/** What is read, and what can be decided about it. On a phone it is at the thumb. */
export function ReadingBar({ content, readers, search, place, busy, factsOpen, onFacts, onDiff, onEdit, onReturn, onApprove }: Props) {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const waits = content?.reviewStatus === 'pending_review';
  const { sel: _sel, view: _view, ...filter } = search;
  return (
    <div className={css.bar}>
      <Link to="/review" search={filter} className={css.backLink}>
        <IconArrowLeft size={17} stroke={1.8} aria-hidden />
        {t.review.back}
      </Link>
      {content && (
        <span className={css.barFacts}>
          <Score score={content.qualityScore} />
          <span>{t.content.kind[content.kind]}</span>
          <span className="num">{t.content.words(content.wordCount, content.language)}</span>
          {place !== null && <span className="num">{place}</span>}
          {readers.length > 0 && (
            <span className={css.readers}>{t.review.reading(format.list(readers.map(({ reader }) => reader.name)))}</span>
          )}
        </span>
      )}
      <span className={css.spring} />
      <Button
        variant="subtle"
        color="gray"
        className={css.factsButton}
        aria-pressed={factsOpen}
        onClick={onFacts}
        leftSection={<IconListDetails size={16} stroke={1.7} />}
      >
        {t.review.showFacts}
      </Button>
      {content && (
        <>
          <Tooltip label={`${t.review.diff} (D)`}>
            <ActionIcon className={css.wideButton} aria-label={t.review.diff} aria-pressed={search.view === 'diff'} onClick={onDiff}>
              <IconArrowsDiff size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t.review.preview}>
            <ActionIcon
              component="a"
              className={css.wideButton}
              aria-label={t.review.preview}
              href={previewOf(content)}
              target="_blank"
              rel="noreferrer"
            >
              <IconExternalLink size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t.review.thread}>
            <ActionIcon
              className={css.wideButton}
              aria-label={t.review.thread}
              renderRoot={(props) => <Link to="/contents/$contentId" params={{ contentId: content.id }} {...props} />}
            >
              <IconTimeline size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
      {can('content:edit') && (
        <Tooltip label="E">
          <Button
            variant="default"
            disabled={!content || busy}
            onClick={onEdit}
            className={css.edit}
            leftSection={<IconPencil size={16} stroke={1.7} />}
          >
            {t.review.edit}
          </Button>
        </Tooltip>
      )}
      {can('content:approve') && (
        <>
          <Tooltip label="R">
            <Button variant="default" disabled={!waits || busy} onClick={onReturn} leftSection={<IconArrowBackUp size={16} stroke={1.8} />}>
              {t.review.return}
            </Button>
          </Tooltip>
          <Tooltip label="A">
            <Button disabled={!waits || busy} onClick={onApprove} leftSection={<IconCheck size={16} stroke={2} />}>
              {t.review.approve}
            </Button>
          </Tooltip>
        </>
      )}
    </div>
  );
}
