import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsQuery } from '../../api/accounts.ts';
import { entriesQuery, type EntryStatus, exportPage, type PoolEntryView, unscheduledQuery } from '../../api/pool.ts';
import type { ContentSummary } from '../../api/schema/types.gen.ts';
import { AccountSelect } from '../../features/account-select.tsx';
import { CsvButton } from '../../features/lists/csv-button.tsx';
import { ListTools } from '../../features/lists/list-tools.tsx';
import { SavedViews } from '../../features/lists/saved-views.tsx';
import { EntryPanel } from '../../features/pool/entry-panel.tsx';
import { MoveDialog } from '../../features/pool/move-dialog.tsx';
import { usePoolActs } from '../../features/pool/use-pool-acts.ts';
import { useChoice } from '../../features/use-choice.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { AccountStrip } from './account-strip.tsx';
import { NextDeparture } from './next-departure.tsx';
import css from './pool.module.css';
import { EntryTable, WaitingTable } from './pool-tables.tsx';
import { ScheduleMany } from './schedule-many.tsx';
import { type PoolSearch, type PoolTab, TABS } from './search.ts';

const route = getRouteApi('/pool');
/** Its saved views and export have this name. */
const PAGE = 'pool';
/** The names of the API. */
const CSV = [
  'id',
  'title',
  'accountName',
  'channelName',
  'status',
  'scheduledLocal',
  'timeZone',
  'priority',
  'publishedAt',
  'externalUrl',
] as const;

const OPEN: EntryStatus[] = ['pending', 'publishing', 'failed', 'outcome_unknown'];
const DONE: EntryStatus[] = ['published'];
/** Posts of the last days that the list of published ones shows; the calendar has the older ones. */
const DONE_DAYS = 30;

/** The start of a day, so that the address of the query stays the same. */
const sinceDays = (days: number): string => new Date(Math.floor(Date.now() / 86_400_000 - days) * 86_400_000).toISOString();

const byTime = (a: PoolEntryView, b: PoolEntryView): number => Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt);

/** Departures: what is published next and where, and what is approved and has no time yet. */
export function PoolPage() {
  const t = useT();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { tab = 'departures', accountId, sel } = search;
  const set = (next: PoolSearch): void => void navigate({ search: next });
  const { sel: _sel, ...closed } = search;
  const { accountId: _account, ...anyAccount } = search;
  const filters = { departures: { status: OPEN }, done: { status: DONE, from: sinceDays(DONE_DAYS) } };
  const open = useQuery(entriesQuery(filters.departures));
  const done = useQuery(entriesQuery(filters.done));
  const waiting = useQuery(unscheduledQuery);
  const accounts = useQuery(accountsQuery).data?.filter(({ status }) => status !== 'archived') ?? [];
  const acts = usePoolActs();
  const [moving, setMoving] = useState<PoolEntryView | null>(null);
  const [scheduling, setScheduling] = useState(false);
  const ofAccount = (one: { accountId: string }): boolean => accountId === undefined || one.accountId === accountId;
  const contents = (waiting.data ?? []).filter(ofAccount);
  const { choice, chosen, clear } = useChoice<ContentSummary>(
    contents,
    ({ id }) => id,
    ({ title }) => title,
  );
  const departures = (open.data?.items ?? []).filter(ofAccount).sort(byTime);
  const next = departures.find(({ status, waitsFor }) => status === 'pending' && waitsFor === null);
  const move = (): void => {
    const entry = departures.find(({ id }) => id === sel);
    if (entry?.status === 'pending' && can('content:publish')) setMoving(entry);
  };
  useShortcuts({ m: move, z: () => void acts.undo(), Escape: () => (chosen.length > 0 ? clear() : set(closed)) });
  const failed = departures.filter(({ status }) => status === 'failed').length;
  const onOpen = (id: string): void => set({ ...search, sel: id });
  const emptyFiltered = (
    <Empty title={t.states.emptyFiltered} action={<Button onClick={() => set(anyAccount)}>{t.calendar.allAccounts}</Button>} />
  );
  const entryList = (entries: PoolEntryView[], title: string, hint: string) =>
    entries.length > 0 ? (
      <EntryTable entries={entries} selected={sel} onOpen={onOpen} foot={t.actions.shown(entries.length)} />
    ) : accountId !== undefined ? (
      emptyFiltered
    ) : (
      <Empty title={title}>{hint}</Empty>
    );
  return (
    <Page
      title={t.nav.pool}
      note={open.data && t.pool.counts(departures.length - failed, failed)}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t.pool.tabLabel}
          value={tab}
          onChange={(value) => set({ ...anyAccount, ...(accountId !== undefined && { accountId }), tab: value as PoolTab, sel: undefined })}
          data={TABS.map((value) => ({
            value,
            label: value === 'waiting' ? `${t.pool.tabs.waiting} ${waiting.data?.length ?? ''}` : t.pool.tabs[value],
          }))}
        />
      }
      tools={
        <>
          <AccountSelect
            size="xs"
            aria-label={t.calendar.account}
            placeholder={t.calendar.allAccounts}
            clearable
            value={accountId ?? null}
            onChange={(id) => set(id === null ? anyAccount : { ...search, accountId: id })}
          />
          <ListTools>
            <SavedViews page={PAGE} />
            {tab !== 'waiting' && (
              <CsvButton
                name={PAGE}
                head={CSV}
                read={(cursor, signal) => exportPage({ ...filters[tab], ...(accountId !== undefined && { accountId }) }, cursor, signal)}
                cellsOf={(entry) => CSV.map((key) => entry[key])}
              />
            )}
          </ListTools>
        </>
      }
      bar={
        tab === 'waiting' &&
        chosen.length > 0 && (
          <div className={css.bar} role="toolbar" aria-label={t.pool.chosen(chosen.length)}>
            <b>{t.pool.chosen(chosen.length)}</b>
            {can('content:publish') && <Button onClick={() => setScheduling(true)}>{t.pool.scheduleMany(chosen.length)}…</Button>}
            <Button variant="subtle" onClick={clear}>
              {t.actions.clear}
            </Button>
          </div>
        )
      }
      panel={sel !== undefined && <EntryPanel key={sel} id={sel} acts={acts} onMove={setMoving} onClose={() => set(closed)} />}
    >
      <MoveDialog entry={moving} onClose={() => setMoving(null)} onMove={acts.move} />
      {scheduling && (
        <ScheduleMany
          contents={chosen}
          accounts={accounts}
          entries={[...(open.data?.items ?? []), ...(done.data?.items ?? [])]}
          onClose={() => {
            setScheduling(false);
            clear();
          }}
        />
      )}
      {tab === 'departures' && (
        <QueryView query={open}>
          {({ items }) => (
            <>
              <NextDeparture entry={next} onOpen={onOpen} />
              <AccountStrip
                accounts={accounts.filter(({ id }) => ofAccount({ accountId: id }))}
                entries={[...items, ...(done.data?.items ?? [])]}
                now={open.dataUpdatedAt}
              />
              {entryList(departures, t.pool.emptyDepartures, t.pool.emptyHint(contents.length))}
            </>
          )}
        </QueryView>
      )}
      {tab === 'waiting' && (
        <QueryView query={waiting}>
          {() =>
            contents.length > 0 ? (
              <WaitingTable
                contents={contents}
                choice={choice}
                onSchedule={can('content:publish') ? (content) => void acts.put(content) : undefined}
                foot={t.actions.shown(contents.length)}
              />
            ) : accountId !== undefined ? (
              emptyFiltered
            ) : (
              <Empty title={t.pool.emptyWaiting} />
            )
          }
        </QueryView>
      )}
      {tab === 'done' && (
        <QueryView query={done}>
          {({ items }) =>
            entryList(
              items.filter(ofAccount).sort((a, b) => byTime(b, a)),
              t.pool.emptyDone,
              '',
            )
          }
        </QueryView>
      )}
    </Page>
  );
}
