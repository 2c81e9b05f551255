import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { accountName } from '../../api/accounts.ts';
import { reviewQueueQuery } from '../../api/contents.ts';
import { itemsOf } from '../../api/page.ts';
import { useGenerate } from '../../features/generate/use-generate.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import css from './today-page.module.css';
import type { TodayFacts } from './use-today.ts';

/** Longer lists are on the pages of their own. */
const SHOWN = 3;

interface NeedProps {
  title: string;
  tone?: 'bad';
  action?: ReactNode;
  children?: ReactNode;
}

/** One sentence and one button. */
function Need({ title, tone, action, children }: NeedProps) {
  return (
    <li className={css.need} data-tone={tone}>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
      {action}
    </li>
  );
}

function More({ n }: { n: number }) {
  const t = useT();
  return n > SHOWN ? <li className="quiet">{t.today.andMore(n - SHOWN)}</li> : null;
}

export function ReviewNeed({ n }: { n: number }) {
  const t = useT();
  const queue = useInfiniteQuery(reviewQueueQuery({}));
  const first = itemsOf(queue.data)[0];
  return (
    <Need
      title={t.today.review(n)}
      action={
        <Button size="sm" renderRoot={(props) => <Link to="/review" search={first ? { sel: first.id } : {}} {...props} />}>
          {t.today.toReview}
        </Button>
      }
    >
      {first && <p>{t.today.first(first.title)}</p>}
    </Need>
  );
}

export function FailedNeed({ failed, accounts }: Pick<TodayFacts, 'failed' | 'accounts'>) {
  const t = useT();
  const can = useCan();
  const generate = useGenerate();
  return (
    <Need title={t.today.failed(failed.length)} tone="bad">
      <ul>
        {failed.slice(0, SHOWN).map(({ id, topic, accountId, errorMessage, executionId }) => (
          <li key={id}>
            <span>
              <b>{topic ?? t.today.noTopic}</b> <span className="quiet">{accountName(accounts, accountId)}</span>
              <span className={css.reason}>{errorMessage}</span>
            </span>
            <span className={css.buttons}>
              {can('content:submit') && (
                <Button variant="default" onClick={() => generate({ topic: topic ?? undefined, account: accountId })}>
                  {t.today.again}
                </Button>
              )}
              <Button variant="subtle" renderRoot={(props) => <Link to="/executions/$executionId" params={{ executionId }} {...props} />}>
                {t.today.details}
              </Button>
            </span>
          </li>
        ))}
        <More n={failed.length} />
      </ul>
    </Need>
  );
}

export function PublishingNeed({ stuck }: Pick<TodayFacts, 'stuck'>) {
  const t = useT();
  return (
    <Need
      title={t.today.publishing(stuck.length)}
      tone="bad"
      action={
        <Button variant="default" size="sm" component={Link} to="/pool">
          {t.today.toPool}
        </Button>
      }
    >
      <ul>
        {stuck.slice(0, SHOWN).map(({ id, title, accountName: account, channelName, lastError, status }) => (
          <li key={id}>
            <span>
              <b>{title}</b>{' '}
              <span className="quiet">
                {account} · {channelName}
              </span>
              <span className={css.reason}>{status === 'outcome_unknown' ? t.today.unknown : lastError?.message}</span>
            </span>
          </li>
        ))}
        <More n={stuck.length} />
      </ul>
    </Need>
  );
}

export function GapsNeed({ gaps }: Pick<TodayFacts, 'gaps'>) {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const generate = useGenerate();
  return (
    <Need title={t.today.gaps(gaps.length)}>
      <ul>
        {gaps.slice(0, SHOWN).map(({ accountId, account, day }) => (
          <li key={`${accountId} ${day}`}>
            {/* Noon of UTC is the same day in nearly every time zone. */}
            <span>{t.today.gap(account, format.day(`${day}T12:00:00Z`))}</span>
            {can('content:submit') && (
              <Button variant="default" onClick={() => generate({ account: accountId })}>
                {t.today.fill}
              </Button>
            )}
          </li>
        ))}
        <More n={gaps.length} />
      </ul>
    </Need>
  );
}
