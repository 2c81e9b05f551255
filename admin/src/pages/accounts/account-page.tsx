import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery, archiveAccount, updateAccount } from '../../api/accounts.ts';
import { entriesQuery, type PoolEntryView } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { addDays } from '../../features/pool/days.ts';
import { EntryState } from '../../features/pool/entry-state.tsx';
import { quotaOf } from '../../features/pool/slots.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Facts, Page, Part } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Moment } from '../../ui/time.tsx';
import { AccountForm } from './account-form.tsx';
import css from './account.module.css';
import { AccountStatusWord, monthAgo, MonthStrip } from './account-parts.tsx';
import { AccountChannels } from './channels.tsx';
import { AccountPrompts } from './prompts.tsx';
import { AccountSections } from './sections.tsx';
import { AccountSources } from './sources.tsx';
import { timesOf, WEEKDAYS } from './slots-text.ts';

const route = getRouteApi('/accounts/$accountId');

const MONDAY = '2026-11-30';
const POSTS = 8;

export function AccountPage() {
  const t = useT();
  const { accountId } = route.useParams();
  const query = useQuery(accountQuery(accountId));
  const account = query.data;
  const [editing, setEditing] = useState(false);
  return (
    <Page
      title={account?.name ?? t.nav.accounts}
      note={account && <AccountStatusWord {...account} />}
      actions={account && <Acts account={account} onEdit={() => setEditing(true)} />}
    >
      <QueryView query={query}>{(data) => <Body account={data} />}</QueryView>
      {editing && account && <AccountForm account={account} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function Acts({ account, onEdit }: { account: AccountView; onEdit: () => void }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const { id, name, status, publishingPaused } = account;
  const change = async (question: string, text: string, action: string, work: () => Promise<unknown>, done: string): Promise<void> => {
    if (await confirm({ title: question, text, action })) await act(work, done, ['accounts']);
  };
  const pause = (): Promise<void> =>
    change(
      t.accounts.pauseQuestion(name),
      t.accounts.pauseText,
      t.accounts.pause,
      () => updateAccount(account, { status: 'paused' }),
      t.accounts.paused(name),
    );
  const archive = (): Promise<void> =>
    change(
      t.accounts.archiveQuestion(name),
      t.accounts.archiveText,
      t.accounts.archive,
      () => archiveAccount(id),
      t.accounts.archived(name),
    );
  const pausing = publishingPaused ? t.pool.resumedNow(name) : t.pool.pausedNow(name);
  return (
    <>
      <Button variant="default" component={Link} to="/calendar" search={{ accountId: id } as never}>
        {t.accounts.calendar}
      </Button>
      {can('accounts:edit') && <Button onClick={onEdit}>{t.accounts.edit}</Button>}
      {can('accounts:edit') && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" aria-label={t.nav.more}>
              …
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => void act(() => updateAccount(account, { publishingPaused: !publishingPaused }), pausing, ['accounts'])}
            >
              {publishingPaused ? t.actions.resume : t.accounts.publishingPaused}
            </Menu.Item>
            {status === 'active' ? (
              <Menu.Item onClick={() => void pause()}>{t.accounts.pause}…</Menu.Item>
            ) : (
              <Menu.Item
                onClick={() => void act(() => updateAccount(account, { status: 'active' }), t.accounts.resumed(name), ['accounts'])}
              >
                {t.actions.resume}
              </Menu.Item>
            )}
            {status !== 'archived' && can('accounts:delete') && <Menu.Item onClick={() => void archive()}>{t.accounts.archive}…</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function Body({ account }: { account: AccountView }) {
  const t = useT();
  const days = useDayFormat();
  const entries = useQuery(entriesQuery({ accountId: account.id, from: monthAgo() }));
  const { fields } = t.accounts;
  const { voice, review, publishing } = account;
  return (
    <div className={css.body}>
      <Facts
        facts={[
          [fields.platform, account.platform],
          [fields.language, t.accounts.languages[account.language]],
          [fields.timeZone, account.timeZone],
          [fields.owner, account.owner],
          [fields.creator, account.creator],
          [fields.tone, voice.tone],
          [fields.minWords, voice.minWords],
          [fields.maxWords, voice.maxWords],
          [fields.review, t.accounts.reviews[review.mode]],
          [fields.threshold, review.mode === 'threshold' ? (review.threshold ?? 80) : null],
          [fields.concurrency, account.concurrency ?? t.accounts.noLimit],
          [fields.quota, quotaOf(account) ?? t.accounts.noLimit],
          [fields.gap, publishing.minGapMinutes],
          [fields.updated, <Moment key="updated" at={account.updatedAt} />],
        ]}
      />
      <AccountChannels accountId={account.id} />
      <Part title={t.accounts.slotsTitle}>
        {(publishing.slots ?? []).length === 0 ? (
          <p>{t.accounts.slots(0)}</p>
        ) : (
          <dl className={css.week}>
            {WEEKDAYS.map((weekday) => (
              <div key={weekday}>
                <dt>{days.weekday(addDays(MONDAY, weekday - 1))}</dt>
                <dd>{timesOf(publishing.slots, weekday) || '–'}</dd>
              </div>
            ))}
          </dl>
        )}
      </Part>
      <QueryView query={entries} rows={4}>
        {({ items }) => (
          <>
            <Part title={t.accounts.upcoming}>
              <Posts
                entries={items.filter(({ status }) => status !== 'published' && status !== 'pulled').sort(byTime)}
                none={t.accounts.noUpcoming}
              />
            </Part>
            <Part title={t.accounts.recent} aside={<MonthStrip account={account} entries={items} />}>
              <Posts
                entries={items.filter(({ status }) => status === 'published').sort((a, b) => byTime(b, a))}
                none={t.accounts.noRecent}
              />
            </Part>
          </>
        )}
      </QueryView>
      <AccountSections account={account} />
      <AccountSources account={account} />
      <AccountPrompts accountId={account.id} />
    </div>
  );
}

const byTime = (a: PoolEntryView, b: PoolEntryView): number => Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt);

function Posts({ entries, none }: { entries: readonly PoolEntryView[]; none: string }) {
  const days = useDayFormat();
  if (entries.length === 0) return <p className="quiet">{none}</p>;
  return (
    <ul className={css.posts}>
      {entries.slice(0, POSTS).map((entry) => (
        <li key={entry.id}>
          <time>{days.moment(entry.scheduledLocal)}</time>
          <Link to="/pool" search={{ sel: entry.id } as never}>
            {entry.title}
          </Link>
          <EntryState entry={entry} />
        </li>
      ))}
    </ul>
  );
}
