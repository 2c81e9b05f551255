import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { alertsQuery, type AlertStatus } from '../../api/alerts.ts';
import { itemsOf } from '../../api/page.ts';
import type { AlertView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { type Column, DataTable, MoreRows } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { AlertStatus as StatusWord, labelsOf, Severity } from './alert-parts.tsx';

interface Props {
  status: AlertStatus[] | undefined;
  selected: string | undefined;
  onOpen: (id: string) => void;
  onClear: () => void;
}

const RANK: Record<AlertStatus, number> = { firing: 0, pending: 1, acknowledged: 2, silenced: 3, resolved: 4 };

/** What fires comes first. */
export function AlertList({ status, selected, onOpen, onClear }: Props) {
  const t = useT();
  const format = useFormat();
  const query = useInfiniteQuery(alertsQuery(status));
  const rows = itemsOf(query.data).toSorted((a, b) => RANK[a.status] - RANK[b.status]);
  const names = t.alerts.columns;
  const columns: Column<AlertView>[] = [
    { key: 'rule', title: names.rule, role: 'primary', cell: ({ rule }) => rule.name },
    { key: 'status', title: names.status, width: '128px', role: 'aside', cell: (alert) => <StatusWord status={alert.status} /> },
    {
      key: 'severity',
      title: names.severity,
      width: '112px',
      role: 'phone',
      cell: ({ severity, status: now }) => <Severity severity={severity} resolved={now === 'resolved'} />,
    },
    {
      key: 'value',
      title: names.value,
      width: '140px',
      end: true,
      cell: ({ value, comparison, threshold }) => (
        <>
          {format.number(value)} <span className="quiet">{`${t.alerts.comparison[comparison]} ${format.number(threshold)}`}</span>
        </>
      ),
    },
    { key: 'labels', title: names.labels, role: 'narrow', cell: ({ labels }) => <span className="quiet">{labelsOf(labels)}</span> },
    { key: 'since', title: names.since, width: '112px', end: true, cell: ({ startedAt }) => <Ago at={startedAt} /> },
  ];
  return (
    <QueryView query={query}>
      {() =>
        rows.length === 0 ? (
          <Empty
            title={status ? t.states.emptyFiltered : t.alerts.allQuiet}
            action={
              status && (
                <Button variant="default" onClick={onClear}>
                  {t.executions.removeAll}
                </Button>
              )
            }
            {...(!status && { command: 'npx contenthub alert list' })}
          >
            {!status && t.alerts.allQuietHint}
          </Empty>
        ) : (
          <DataTable
            label={t.alerts.title}
            columns={columns}
            rows={rows}
            idOf={({ id }) => id}
            selected={selected}
            onOpen={onOpen}
            toneOf={(alert) => (alert.status === 'firing' ? 'alarm' : alert.status === 'resolved' ? 'muted' : undefined)}
            foot={
              <MoreRows
                shown={rows.length}
                hasMore={query.hasNextPage}
                loading={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            }
          />
        )
      }
    </QueryView>
  );
}
