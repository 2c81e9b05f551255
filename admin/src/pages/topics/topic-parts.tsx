import type { TopicView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { Meter } from '../../ui/strip.tsx';
import { type Tone, Word } from '../../ui/word.tsx';
import css from './topic-parts.module.css';

const TONES: Readonly<Record<TopicView['status'], Tone>> = {
  open: 'quiet',
  reserved: 'running',
  used: 'good',
  rejected: 'quiet',
  expired: 'quiet',
};

export function TopicStatusWord({ status }: Pick<TopicView, 'status'>) {
  const t = useT();
  return <Word tone={TONES[status]}>{t.topics.status[status]}</Word>;
}

/** The total; its parts on hover. */
export function Score({ scores }: Pick<TopicView, 'scores'>) {
  const t = useT();
  const { total, freshness, relevance, usefulness } = scores;
  return (
    <span className={css.score} title={t.topics.scores(freshness, relevance, usefulness)}>
      <Meter value={total} max={100} label={t.topics.columns.score} />
      <span className="num">{total}</span>
    </span>
  );
}
