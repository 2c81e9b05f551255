import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { accountsQuery } from '../../api/accounts.ts';
import { entriesQuery, type PoolEntryView } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { todayIn } from '../../features/pool/days.ts';
import { EntryPanel } from '../../features/pool/entry-panel.tsx';
import { MoveDialog } from '../../features/pool/move-dialog.tsx';
import { usePoolActs } from '../../features/pool/use-pool-acts.ts';
import { useCan } from '../../session/session.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { CalendarBody } from './calendar-body.tsx';
import css from './calendar-page.module.css';
import { scopeOf, SMALL_SCREEN } from './scope.ts';
import { ShiftDialog } from './shift-dialog.tsx';
import { step } from './period.ts';
import { type CalendarSearch, type CalendarViewName, VIEWS } from './search.ts';

const route = getRouteApi('/calendar');

const NO_ACCOUNTS: AccountView[] = [];

/** Accounts × days: what is published when, and which slots are free. */
export function CalendarPage() {
  const t = useT();
  const format = useDayFormat();
  const isSmall = useMediaQuery(SMALL_SCREEN, undefined, { getInitialValueInEffect: false });
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const accounts = useQuery(accountsQuery);
  const { view: asked, from: start, accountId } = search;
  const today = todayIn();
  const { view, from, days, active, shown, filter } = useMemo(
    () => scopeOf({ view: asked, from: start ?? today, accountId }, accounts.data ?? NO_ACCOUNTS, isSmall),
    [asked, start, today, accountId, accounts.data, isSmall],
  );
  const entries = useQuery({
    ...entriesQuery(filter),
    placeholderData: (old) => old,
  });
  const acts = usePoolActs();
  const can = useCan();
  const [shifting, setShifting] = useState(false);
  const [moving, setMoving] = useState<PoolEntryView | null>(null);
  const set = (change: CalendarSearch): void => void navigate({ search: { ...search, ...change } });
  const { from: _from, ...todays } = search;
  const { accountId: _account, ...anyAccount } = search;
  const { sel: _sel, ...closed } = search;
  const title = view === 'month' ? format.month(from) : `${format.day(days[0] ?? from)} – ${format.day(days.at(-1) ?? from)}`;
  return (
    <Page
      title={t.nav.calendar}
      note={<b className={css.period}>{title}</b>}
      actions={
        <>
          <ActionIcon aria-label={t.calendar.previous} onClick={() => set({ from: step(view, from, -1) })}>
            <IconChevronLeft size={17} stroke={1.8} />
          </ActionIcon>
          <Button variant="default" onClick={() => void navigate({ search: todays })}>
            {t.calendar.today}
          </Button>
          <ActionIcon aria-label={t.calendar.next} onClick={() => set({ from: step(view, from, 1) })}>
            <IconChevronRight size={17} stroke={1.8} />
          </ActionIcon>
          <SegmentedControl
            size="xs"
            aria-label={t.calendar.viewLabel}
            value={view}
            onChange={(value) => set({ view: value as CalendarViewName })}
            data={VIEWS.map((value) => ({ value, label: t.calendar.views[value] }))}
          />
          {can('content:publish') && (
            <Button variant="default" onClick={() => setShifting(true)}>
              {t.calendar.shift}
            </Button>
          )}
          {active.length > 1 && (
            <Select
              size="xs"
              className={css.account}
              aria-label={t.calendar.account}
              placeholder={t.calendar.allAccounts}
              clearable
              clearButtonProps={{ 'aria-label': t.actions.clear }}
              searchable
              value={search.accountId ?? null}
              data={active.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(accountId) => void navigate({ search: accountId === null ? anyAccount : { ...search, accountId } })}
            />
          )}
        </>
      }
      panel={
        search.sel !== undefined && (
          <EntryPanel key={search.sel} id={search.sel} acts={acts} onMove={setMoving} onClose={() => void navigate({ search: closed })} />
        )
      }
    >
      <MoveDialog entry={moving} onClose={() => setMoving(null)} onMove={acts.move} />
      <QueryView query={accounts}>
        {() => {
          if (active.length === 0)
            return (
              <Empty
                title={t.calendar.noAccount}
                action={
                  <Button component={Link} to="/accounts">
                    {t.nav.accounts}
                  </Button>
                }
                command="npx contenthub account create --help"
              >
                {t.calendar.noAccounts}
              </Empty>
            );
          if (shown.length === 0)
            return (
              <Empty
                title={t.states.emptyFiltered}
                action={<Button onClick={() => void navigate({ search: anyAccount })}>{t.calendar.allAccounts}</Button>}
              />
            );
          return (
            <QueryView query={entries}>
              {({ items, truncated }) => (
                <>
                  {shifting && (
                    <ShiftDialog
                      entries={items.filter(({ scheduledLocal }) => days.includes(scheduledLocal.slice(0, 10)))}
                      accounts={shown}
                      acts={acts}
                      now={entries.dataUpdatedAt}
                      onClose={() => setShifting(false)}
                    />
                  )}
                  {truncated && <p className={css.truncated}>{t.calendar.truncated(items.length)}</p>}
                  <CalendarBody
                    {...{ view, days, from, acts }}
                    accounts={shown}
                    entries={items}
                    now={entries.dataUpdatedAt}
                    selected={search.sel}
                    onOpen={(sel) => void navigate({ search: { ...search, sel } })}
                    onClose={() => void navigate({ search: closed })}
                    onMove={setMoving}
                  />
                </>
              )}
            </QueryView>
          );
        }}
      </QueryView>
    </Page>
  );
}
