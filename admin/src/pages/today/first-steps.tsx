import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { countOf } from '../../api/contents.ts';
import { anyPublicationQuery, anyTopicQuery } from '../../api/first-steps.ts';
import { useGenerate } from '../../features/generate/use-generate.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { Word } from '../../ui/word.tsx';
import css from './today-page.module.css';
import type { TodayFacts } from './use-today.ts';

const PAGES = { account: '/accounts', topic: '/topics', generate: '/contents', review: '/review', publish: '/pool' } as const;
type Step = keyof typeof PAGES;

/** The steps of a new installation, ticked as they are done. It goes once something is published. */
export function FirstSteps({ accounts, counts }: Pick<TodayFacts, 'accounts' | 'counts'>) {
  const t = useT();
  const can = useCan();
  const generate = useGenerate();
  const topic = useQuery(anyTopicQuery);
  const published = useQuery(anyPublicationQuery);
  if (!accounts || !counts || !topic.isSuccess || !published.isSuccess || published.data) return null;
  const done: Record<Step, boolean> = {
    account: accounts.length > 0,
    topic: topic.data,
    generate: counts.total > 0,
    review: (countOf(counts, 'approved') ?? 0) > 0,
    publish: false,
  };
  const steps = Object.keys(PAGES) as Step[];
  return (
    <section className={css.strip}>
      <h2>{t.today.start}</h2>
      <ol className={css.steps}>
        {steps.map((step) => (
          <li key={step}>
            <Link to={PAGES[step]}>
              <Word tone={done[step] ? 'good' : 'quiet'}>
                {t.today.steps[step]}
                {done[step] && <span className="sr"> ({t.today.done})</span>}
              </Word>
            </Link>
          </li>
        ))}
      </ol>
      {done.account && !done.generate && can('content:submit') && (
        <Button size="sm" onClick={() => generate()}>
          {t.today.generateFirst}
        </Button>
      )}
    </section>
  );
}
