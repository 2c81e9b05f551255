import { Button } from '@mantine/core';
import { useGenerate } from '../../features/generate/use-generate.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useNow } from '../../live/clock.ts';
import { useCan } from '../../session/session.tsx';
import { Loading, Trouble } from '../../ui/states.tsx';
import { FirstSteps } from './first-steps.tsx';
import { InFlight } from './in-flight.tsx';
import { FailedNeed, GapsNeed, PublishingNeed, ReviewNeed } from './needs.tsx';
import css from './today-page.module.css';
import { useToday } from './use-today.ts';

/** A letter, not a dashboard: what waits for the reader, one sentence and one button each. */
export function TodayPage() {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const generate = useGenerate();
  const now = useNow();
  const facts = useToday();
  const { accounts, counts, toReview, failed, stuck, gaps, published, error, pending } = facts;
  const needs = [toReview, failed.length, stuck.length, gaps.length].filter((n) => n > 0).length;
  return (
    <div className={css.page}>
      <div className={css.letter}>
        <p className={css.date}>
          {t.today.title} · {format.day(now)}
        </p>
        <h1>{pending ? t.today.title : t.today.needs(needs)}</h1>
        {error && <Trouble error={error} stale onRetry={facts.refetch} />}
        {pending && <Loading rows={4} />}
        {!pending && needs === 0 && (
          <p className={css.calm}>
            {t.today.calm} {can('content:submit') && <Button onClick={() => generate()}>{t.generate.title}</Button>}
          </p>
        )}
        {!pending && needs > 0 && (
          <ul className={css.needs}>
            {toReview > 0 && <ReviewNeed n={toReview} />}
            {failed.length > 0 && <FailedNeed failed={failed} accounts={accounts} />}
            {stuck.length > 0 && <PublishingNeed stuck={stuck} />}
            {gaps.length > 0 && <GapsNeed gaps={gaps} />}
          </ul>
        )}
        {!pending && <InFlight open={facts.open} accounts={accounts} />}
        <FirstSteps accounts={accounts} counts={counts} />
        {published > 0 && <p className="quiet">{t.today.published(published)}</p>}
      </div>
    </div>
  );
}
