import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { entryHistoryQuery, entryQuery, type PoolEntryView } from '../../api/pool.ts';
import { useT } from '../../i18n/i18n.tsx';
import { ErrorCode } from '../../ui/error-code.tsx';
import { useCan } from '../../session/session.tsx';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { ContentLink } from '../content-link.tsx';
import { useDayFormat } from './day-format.ts';
import css from './entry-panel.module.css';
import { EntryState } from './entry-state.tsx';
import { SettleDialog } from './settle-dialog.tsx';
import type { PoolActs } from './use-pool-acts.ts';

interface Props {
  id: string;
  acts: PoolActs;
  onMove: (entry: PoolEntryView) => void;
  onClose: () => void;
}

function Acts({ entry, acts, onMove }: Omit<Props, 'id' | 'onClose'> & { entry: PoolEntryView }) {
  const t = useT();
  const can = useCan();
  const [settling, setSettling] = useState(false);
  if (!can('content:publish')) return null;
  const { status } = entry;
  return (
    <>
      {status === 'pending' && (
        <>
          <Button onClick={() => onMove(entry)}>{t.pool.move}…</Button>
          <Button variant="default" onClick={() => void acts.publish(entry)}>
            {t.pool.publishNow}…
          </Button>
        </>
      )}
      {status === 'failed' && <Button onClick={() => void acts.retry(entry)}>{t.actions.retry}</Button>}
      {(status === 'pending' || status === 'failed') && (
        <Button variant="default" onClick={() => void acts.pull(entry)}>
          {t.pool.pull}
        </Button>
      )}
      {status === 'outcome_unknown' && <Button onClick={() => setSettling(true)}>{t.pool.settle}…</Button>}
      {settling && <SettleDialog entry={entry} onClose={() => setSettling(false)} onSettle={(body) => acts.settle(entry, body)} />}
      {status === 'pulled' && <Button onClick={() => void acts.restore(entry)}>{t.pool.restore}</Button>}
    </>
  );
}

function Body({ entry }: { entry: PoolEntryView }) {
  const t = useT();
  const days = useDayFormat();
  const history = useQuery(entryHistoryQuery(entry.id));
  const names = t.pool.facts;
  return (
    <>
      {(entry.lastError ?? entry.note) !== null && (
        <Part>
          {entry.lastError && (
            <p className={css.error}>
              <ErrorCode code={entry.lastError.code} /> {entry.lastError.message}
            </p>
          )}
          {entry.note !== null && <p>{entry.note}</p>}
        </Part>
      )}
      <Facts
        facts={[
          [names.time, `${days.moment(entry.scheduledLocal)} (${entry.timeZone})`],
          [
            names.account,
            <Link key="account" to="/accounts/$accountId" params={{ accountId: entry.accountId }}>
              {entry.accountName}
            </Link>,
          ],
          [names.channel, `${entry.channelName} (${entry.channelKind})`],
          [
            names.content,
            <ContentLink key="content" id={entry.contentId}>
              {t.topics.openContent}
            </ContentLink>,
          ],
          [names.priority, entry.priority],
          [names.attempts, entry.attempts],
          [names.published, entry.publishedAt && <Moment at={entry.publishedAt} />],
          [names.next, entry.nextAttemptAt && <Moment at={entry.nextAttemptAt} />],
          [
            names.work,
            entry.taskId && (
              <Link to="/executions/$executionId" params={{ executionId: entry.taskId }}>
                {t.pool.openWork}
              </Link>
            ),
          ],
          [
            names.link,
            entry.externalUrl && (
              <a href={entry.externalUrl} target="_blank" rel="noreferrer">
                {t.pool.openPost}
              </a>
            ),
          ],
        ]}
      />
      <Part title={t.pool.history}>
        <QueryView query={history} rows={2}>
          {({ items }) => (
            <ul className={css.lines}>
              {items.map((one) => (
                <li key={one.revision}>
                  <Ago at={one.at} />
                  <span>
                    {t.pool.status[one.toStatus]} <span className="quiet">{[one.actor.name, one.note].filter(Boolean).join(' · ')}</span>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </QueryView>
      </Part>
    </>
  );
}

/** One entry of the pool: when, where, why not yet, and what can be done. */
export function EntryPanel({ id, acts, onMove, onClose }: Props) {
  const t = useT();
  const query = useQuery(entryQuery(id));
  const entry = query.data;
  return (
    <SidePanel
      label={entry?.title ?? t.nav.pool}
      title={entry?.title}
      state={entry && <EntryState entry={entry} />}
      actions={entry && <Acts entry={entry} acts={acts} onMove={onMove} />}
      onClose={onClose}
    >
      <QueryView query={query}>{(data) => <Body entry={data} />}</QueryView>
    </SidePanel>
  );
}
