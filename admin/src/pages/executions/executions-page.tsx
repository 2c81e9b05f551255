import { Button, SegmentedControl } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { type BulkScope, endedQuery, exportPage, openQuery } from '../../api/executions.ts';
import { itemsOf } from '../../api/page.ts';
import type { BulkFilter } from '../../api/schema/types.gen.ts';
import { throughputQuery } from '../../api/throughput.ts';
import { present } from '../../app/search-params.ts';
import { ColumnMenu, useShownColumns } from '../../features/lists/columns.tsx';
import { CsvButton } from '../../features/lists/csv-button.tsx';
import { ListTools } from '../../features/lists/list-tools.tsx';
import { SavedViews } from '../../features/lists/saved-views.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { MoreRows } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty, Loading, Trouble } from '../../ui/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { choosableColumns, CSV_HEAD, csvCells, PAGE } from './columns.ts';
import css from './executions-page.module.css';
import { ExecutionsTable } from './executions-table.tsx';
import { FilterBar } from './filter-bar.tsx';
import { RunPanel } from './run-panel.tsx';
import { type ExecutionsSearch, OPEN_STATUSES, type Period, periodOf, PERIODS, tokensOf, windowOf } from './search.ts';
import { StateChips } from './state-chips.tsx';
import { ThroughputChart } from './throughput-chart.tsx';
import { useChecked, useFresh, useOpen } from './use-lists.ts';

const route = getRouteApi('/executions');

/** The filter of a bulk change; undefined when nothing is filtered, because a change of everything is not offered. */
function filterOf(search: ExecutionsSearch): BulkFilter | undefined {
  if (tokensOf(search).length === 0) return undefined;
  const { from, to, fixed } = windowOf(search, Date.now());
  const { status, taskName, queue, batchId } = search;
  const names = { ...(status && { status }), ...(taskName && { taskName }), ...(queue && { queue }), ...(batchId && { batchId }) };
  return { ...names, since: new Date(from).toISOString(), ...(fixed && { until: new Date(to).toISOString() }) };
}

export function ExecutionsPage() {
  const t = useT();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const list = useInfiniteQuery(endedQuery(search));
  const allOpen = useQuery(openQuery(search));
  const throughput = useQuery(throughputQuery(search));
  const open = useOpen(search);
  const ended = useMemo(() => itemsOf(list.data), [list.data]);
  const order = useMemo(() => [...open, ...ended].map(({ executionId }) => executionId), [open, ended]);
  const checked = useChecked(order);
  const [allMatching, setAllMatching] = useState(false);
  const fresh = useFresh(search, list.data?.pages[0]?.fetchedAt ?? Number.POSITIVE_INFINITY);
  const set = useCallback((next: ExecutionsSearch) => void navigate({ search: next }), [navigate]);
  const select = useCallback(
    (sel: string | undefined) => void navigate({ search: (old) => present({ ...old, sel }) as ExecutionsSearch, resetScroll: false }),
    [navigate],
  );
  const refresh = (): void => {
    client.removeQueries({ queryKey: ['executions', 'ended'], type: 'inactive' });
    void list.refetch();
    void throughput.refetch();
  };
  const clear = (): void => {
    checked.replace([]);
    setAllMatching(false);
  };
  const move = (by: number): void => {
    const next = order[Math.min(order.length - 1, Math.max(0, order.indexOf(search.sel ?? '') + by))];
    if (next !== undefined) select(next);
  };
  const filter = filterOf(search);
  const columns = choosableColumns(t);
  const shown = useShownColumns(PAGE, columns);
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => search.sel !== undefined && checked.toggle(search.sel),
    'shift+x': () => search.sel !== undefined && checked.toggle(search.sel, true),
    '* a': filter && (() => setAllMatching(true)),
    Escape: () => (checked.ids.size > 0 || allMatching ? clear() : select(undefined)),
  });

  const window = windowOf(search, throughput.dataUpdatedAt);
  const counts: Record<string, number> = { ...throughput.data?.counts };
  // What has not ended is counted whole, whenever it was submitted.
  for (const status of OPEN_STATUSES) counts[status] = (allOpen.data ?? []).filter((row) => row.status === status).length;
  const scope: BulkScope = allMatching && filter ? { filter } : { ids: [...checked.ids] };
  const isEmpty = list.isSuccess && !list.isFetching && order.length === 0;
  const hasTokens = tokensOf(search).length > 0;
  return (
    <Page
      title={t.executions.title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t.executions.sinceLabel}
          value={window.fixed ? '' : periodOf(search)}
          data={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t.executions.since[value] }))}
          onChange={(since) => set({ ...without(search, 'until'), since })}
        />
      }
      tools={
        <>
          <FilterBar search={search} onChange={set} />
          <ListTools>
            <SavedViews page={PAGE} />
            <ColumnMenu page={PAGE} columns={columns} />
            <CsvButton
              name={PAGE}
              head={CSV_HEAD}
              read={(cursor, signal) => exportPage(search, cursor, signal)}
              cellsOf={csvCells}
              total={sumOf(counts, search.status)}
            />
          </ListTools>
          <StateChips
            chosen={search.status ?? []}
            counts={counts}
            approximate={throughput.data?.approximate}
            onChange={(status) => set(status ? { ...search, status } : without(search, 'status'))}
          />
          {throughput.data && throughput.data.buckets.length > 0 && (
            <div className={css.chart}>
              <ThroughputChart
                data={throughput.data}
                chosen={window.fixed ? window : null}
                onChoose={(from, to) => set({ ...search, since: new Date(from).toISOString(), until: new Date(to).toISOString() })}
              />
            </div>
          )}
        </>
      }
      bar={
        (checked.ids.size > 0 || allMatching) && (
          <BulkBar
            key={allMatching ? 'all' : [...checked.ids].join()}
            scope={scope}
            label={allMatching ? t.executions.selectedAllMatching : t.executions.selected(checked.ids.size)}
            onAllMatching={filter && !allMatching ? () => setAllMatching(true) : undefined}
            onClear={clear}
          />
        )
      }
      panel={search.sel !== undefined && <RunPanel key={search.sel} executionId={search.sel} onClose={() => select(undefined)} />}
    >
      {fresh > 0 && (
        <button type="button" className={css.fresh} onClick={refresh}>
          <IconArrowUp size={14} stroke={2} aria-hidden /> {t.executions.fresh(fresh)}
        </button>
      )}
      {list.error && <Trouble error={list.error} stale={order.length > 0} onRetry={refresh} />}
      {list.isPending && <Loading />}
      {order.length > 0 && (
        <ExecutionsTable
          open={open}
          ended={ended}
          columns={shown}
          selected={search.sel}
          checked={checked.ids}
          onOpen={select}
          onCheck={checked.toggle}
          onCheckAll={checked.replace}
        />
      )}
      {isEmpty && !hasTokens && periodOf(search) === '7d' && (
        <Empty
          title={t.executions.neverTitle}
          action={
            <Button component={Link} to="/tasks">
              {t.executions.neverAction}
            </Button>
          }
          command="npx contenthub task list"
        >
          {t.executions.never}
        </Empty>
      )}
      {isEmpty && (hasTokens || periodOf(search) !== '7d') && (
        <Empty
          title={t.executions.empty}
          action={
            <>
              {hasTokens && (
                <Button variant="default" onClick={() => set({})}>
                  {t.executions.removeAll}
                </Button>
              )}{' '}
              <Button variant="default" onClick={() => set({ ...without(search, 'until'), since: '7d' })}>
                {t.executions.widen}
              </Button>
            </>
          }
        >
          {t.executions.emptyHint(t.executions.since[periodOf(search)])}
        </Empty>
      )}
      {order.length > 0 && (
        <div className={css.foot}>
          <MoreRows
            shown={order.length}
            hasMore={list.hasNextPage}
            loading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </div>
      )}
    </Page>
  );
}

/** How many executions the chips count. */
const sumOf = (counts: Record<string, number>, status: ExecutionsSearch['status']): number =>
  Object.entries(counts).reduce((sum, [name, count]) => sum + (status?.includes(name as never) === false ? 0 : count), 0);

function without<K extends keyof ExecutionsSearch>(search: ExecutionsSearch, name: K): Omit<ExecutionsSearch, K> {
  const { [name]: _, ...rest } = search;
  return rest;
}
