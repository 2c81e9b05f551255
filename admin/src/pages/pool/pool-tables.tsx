import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PoolEntryView } from '../../api/pool.ts';
import type { ContentSummary } from '../../api/schema/types.gen.ts';
import { useAccountNames } from '../../features/account-select.tsx';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { EntryState } from '../../features/pool/entry-state.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { type Choice, type Column, DataTable } from '../../ui/data-table.tsx';
import { Ago } from '../../ui/time.tsx';
import css from './pool.module.css';

interface EntriesProps {
  entries: readonly PoolEntryView[];
  selected: string | undefined;
  onOpen: (id: string) => void;
  foot: ReactNode;
}

/** The board: time first, on the clock of its account. */
export function EntryTable({ entries, selected, onOpen, foot }: EntriesProps) {
  const t = useT();
  const days = useDayFormat();
  const names = t.pool.columns;
  const columns: Column<PoolEntryView>[] = [
    {
      key: 'time',
      title: names.time,
      width: '176px',
      cell: ({ scheduledLocal, timeZone }) => (
        <time className={css.time} title={timeZone}>
          {days.moment(scheduledLocal)}
        </time>
      ),
    },
    { key: 'title', title: names.title, role: 'primary', cell: ({ title }) => title },
    { key: 'account', title: names.account, width: '150px', cell: ({ accountName }) => <span className="quiet">{accountName}</span> },
    {
      key: 'channel',
      title: names.channel,
      width: '120px',
      role: 'narrow',
      cell: ({ channelName }) => <span className="quiet">{channelName}</span>,
    },
    { key: 'priority', title: names.priority, width: '84px', end: true, role: 'narrow', cell: ({ priority }) => priority },
    { key: 'status', title: names.status, width: '150px', role: 'aside', cell: (entry) => <EntryState entry={entry} /> },
  ];
  return (
    <DataTable
      label={t.pool.departures}
      columns={columns}
      rows={entries}
      idOf={({ id }) => id}
      selected={selected}
      onOpen={onOpen}
      toneOf={({ status }) => (status === 'failed' ? 'alarm' : undefined)}
      foot={foot}
    />
  );
}

interface WaitingProps {
  contents: readonly ContentSummary[];
  choice: Choice;
  /** Undefined for a reader who may not publish. */
  onSchedule: ((content: ContentSummary) => void) | undefined;
  foot: ReactNode;
}

export function WaitingTable({ contents, choice, onSchedule, foot }: WaitingProps) {
  const t = useT();
  const nameOf = useAccountNames();
  const names = t.pool.columns;
  const columns: Column<ContentSummary>[] = [
    { key: 'title', title: names.title, role: 'primary', cell: ({ title }) => title },
    { key: 'account', title: names.account, width: '170px', cell: ({ accountId }) => <span className="quiet">{nameOf(accountId)}</span> },
    {
      key: 'schedule',
      title: '',
      width: '130px',
      end: true,
      cell: (content) =>
        onSchedule && (
          <Button
            variant="default"
            size="compact-xs"
            aria-label={`${t.pool.schedule}: ${content.title}`}
            onClick={() => onSchedule(content)}
          >
            {t.pool.schedule}
          </Button>
        ),
    },
    {
      key: 'approved',
      title: t.pool.approvedAt,
      width: '132px',
      end: true,
      role: 'aside',
      cell: ({ approvedAt }) => <Ago at={approvedAt} />,
    },
  ];
  return <DataTable label={t.pool.tabs.waiting} columns={columns} rows={contents} idOf={({ id }) => id} choice={choice} foot={foot} />;
}
