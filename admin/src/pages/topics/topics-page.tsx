import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { itemsOf } from '../../api/page.ts';
import type { TopicView } from '../../api/schema/types.gen.ts';
import { rejectTopic, restoreTopic, topicsQuery } from '../../api/topics.ts';
import { AccountSelect, useAccountNames } from '../../features/account-select.tsx';
import { useChoice } from '../../features/use-choice.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { type Column, DataTable, MoreRows } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { AddTopics } from './add-topics.tsx';
import { GenerateMany } from './generate-many.tsx';
import { STATUSES, type TopicsSearch, type TopicStatus } from './search.ts';
import { Suggest } from './suggest.tsx';
import { Score, TopicStatusWord } from './topic-parts.tsx';
import css from './topic-parts.module.css';
import { TopicPanel } from './topic-panel.tsx';

const route = getRouteApi('/topics');

type Dialog = 'add' | 'suggest' | TopicView[] | null;

/** The backlog: what may be written next, for which account, and how good it is. */
export function TopicsPage() {
  const t = useT();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [dialog, setDialog] = useState<Dialog>(null);
  const query = useInfiniteQuery(topicsQuery({ accountId: search.accountId, status: search.status ?? ['open'] }));
  const rows = itemsOf(query.data);
  const { choice, chosen, clear } = useChoice(
    rows,
    ({ id }) => id,
    ({ title }) => title,
  );
  const { sel: _sel, ...closed } = search;
  const set = (next: TopicsSearch): void => void navigate({ search: next });
  const close = (): void => (chosen.length > 0 ? clear() : set(closed));
  const open = (id: string): void => set({ ...search, sel: id });
  useShortcuts({ Escape: close, x: () => search.sel !== undefined && choice.toggle(search.sel, false) });
  const shown = rows.find(({ id }) => id === search.sel);
  return (
    <Page
      title={t.nav.topics}
      actions={
        can('topics:edit') && (
          <>
            <Button variant="default" onClick={() => setDialog('suggest')}>
              {t.topics.suggest}…
            </Button>
            <Button onClick={() => setDialog('add')}>{t.topics.add}</Button>
          </>
        )
      }
      tools={<Filters search={search} onChange={set} />}
      bar={chosen.length > 0 && <Bar chosen={chosen} onGenerate={setDialog} onClear={clear} />}
      panel={shown && <TopicPanel key={shown.id} topic={shown} onGenerate={() => setDialog([shown])} onClose={() => set(closed)} />}
    >
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyTopics
              filtered={search.accountId !== undefined || search.status !== undefined}
              onAdd={() => setDialog('add')}
              onClear={() => set({})}
            />
          ) : (
            <TopicTable {...{ rows, selected: search.sel, choice }} onOpen={open} query={query} />
          )
        }
      </QueryView>
      {dialog === 'add' && <AddTopics account={search.accountId} onClose={() => setDialog(null)} />}
      {dialog === 'suggest' && <Suggest account={search.accountId} onClose={() => setDialog(null)} />}
      {Array.isArray(dialog) && (
        <GenerateMany
          topics={dialog}
          onClose={() => {
            setDialog(null);
            clear();
          }}
        />
      )}
    </Page>
  );
}

function Filters({ search, onChange }: { search: TopicsSearch; onChange: (next: TopicsSearch) => void }) {
  const t = useT();
  const { status, ...anyStatus } = search;
  const { accountId, ...anyAccount } = search;
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t.topics.statusLabel}
        value={status?.[0] ?? 'open'}
        onChange={(value) => onChange(value === 'open' ? anyStatus : { ...search, status: [value as TopicStatus] })}
        data={STATUSES.map((value) => ({ value, label: t.topics.status[value] }))}
      />
      <AccountSelect
        size="xs"
        aria-label={t.topics.account}
        placeholder={t.topics.allAccounts}
        clearable
        value={accountId ?? null}
        onChange={(id) => onChange(id === null ? anyAccount : { ...search, accountId: id })}
      />
    </>
  );
}

function EmptyTopics({ filtered, onAdd, onClear }: { filtered: boolean; onAdd: () => void; onClear: () => void }) {
  const t = useT();
  const can = useCan();
  if (filtered) return <Empty title={t.states.emptyFiltered} action={<Button onClick={onClear}>{t.topics.clear}</Button>} />;
  return (
    <Empty
      title={t.topics.empty}
      action={can('topics:edit') && <Button onClick={onAdd}>{t.topics.add}</Button>}
      command="npx contenthub topic import --help"
    >
      {t.topics.emptyHint}
    </Empty>
  );
}

interface TableProps {
  rows: TopicView[];
  selected: string | undefined;
  choice: ReturnType<typeof useChoice>['choice'];
  onOpen: (id: string) => void;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

function TopicTable({ rows, selected, choice, onOpen, query }: TableProps) {
  const t = useT();
  const nameOf = useAccountNames();
  const names = t.topics.columns;
  const columns: Column<TopicView>[] = [
    { key: 'title', title: names.title, role: 'primary', cell: ({ title }) => title },
    { key: 'account', title: names.account, width: '150px', cell: ({ accountId }) => <span className="quiet">{nameOf(accountId)}</span> },
    {
      key: 'origin',
      title: names.origin,
      width: '96px',
      role: 'narrow',
      cell: ({ origin }) => <span className="quiet">{t.topics.origins[origin]}</span>,
    },
    { key: 'score', title: names.score, width: '116px', cell: ({ scores }) => <Score scores={scores} /> },
    { key: 'added', title: names.added, width: '116px', role: 'narrow', end: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
    { key: 'status', title: names.status, width: '146px', role: 'aside', cell: ({ status }) => <TopicStatusWord status={status} /> },
  ];
  return (
    <DataTable
      label={t.nav.topics}
      columns={columns}
      rows={rows}
      idOf={({ id }) => id}
      selected={selected}
      onOpen={onOpen}
      choice={choice}
      toneOf={({ status }) => (status === 'rejected' || status === 'expired' ? 'muted' : undefined)}
      foot={
        <MoreRows
          shown={rows.length}
          hasMore={query.hasNextPage}
          loading={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      }
    />
  );
}

/** What can be done with the chosen topics. Those that an act does not apply to are left out of its number. */
function Bar({ chosen, onGenerate, onClear }: { chosen: TopicView[]; onGenerate: (topics: TopicView[]) => void; onClear: () => void }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const open = chosen.filter(({ status }) => status === 'open');
  const back = chosen.filter(({ status }) => status === 'rejected' || status === 'expired');
  const all = async (topics: TopicView[], one: (topic: TopicView) => Promise<unknown>, done: string): Promise<void> => {
    if (await act(() => Promise.all(topics.map(one)), done, ['topics'])) onClear();
  };
  return (
    <div className={css.bar} role="toolbar" aria-label={t.topics.chosen(chosen.length)}>
      <b>{t.topics.chosen(chosen.length)}</b>
      {can('content:submit') && open.length > 0 && (
        <Button onClick={() => onGenerate(open)}>
          {t.topics.generate} ({open.length})…
        </Button>
      )}
      {can('topics:edit') && open.length > 0 && (
        <Button variant="default" onClick={() => void all(open, rejectTopic, t.topics.rejected(open.length))}>
          {t.topics.reject} ({open.length})
        </Button>
      )}
      {can('topics:edit') && back.length > 0 && (
        <Button variant="default" onClick={() => void all(back, restoreTopic, t.topics.restored(back.length))}>
          {t.topics.restore} ({back.length})
        </Button>
      )}
      <Button variant="subtle" onClick={onClear}>
        {t.actions.clear}
      </Button>
    </div>
  );
}
