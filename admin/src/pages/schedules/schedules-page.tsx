import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { itemsOf } from '../../api/page.ts';
import type { ScheduleView, SystemScheduleView } from '../../api/schema/types.gen.ts';
import { schedulesQuery, systemSchedulesQuery } from '../../api/schedules.ts';
import { usePreferences } from '../../app/preferences.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { type Column, DataTable, MoreRows } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { CreateSchedule } from './create-schedule.tsx';
import { FiringStrip, ScheduleStatus } from './schedule-parts.tsx';
import { SchedulePanel } from './schedule-panel.tsx';
import { type Kind, KINDS } from './search.ts';
import { SystemPanel } from './system-panel.tsx';

const route = getRouteApi('/schedules');

interface ListProps {
  selected: string | undefined;
  onOpen: (id: string) => void;
  onCreate: () => void;
}

function TaskSchedules({ selected, onOpen, onCreate }: ListProps) {
  const t = useT();
  const can = useCan();
  const { language } = usePreferences();
  const query = useInfiniteQuery(schedulesQuery);
  const rows = itemsOf(query.data);
  const names = t.schedules.columns;
  const columns: Column<ScheduleView>[] = [
    { key: 'name', title: names.name, role: 'primary', cell: ({ name }) => name },
    { key: 'rule', title: names.rule, cell: ({ description, timeZone }) => <span title={timeZone}>{description[language]}</span> },
    { key: 'task', title: names.task, width: '180px', role: 'narrow', cell: ({ taskName }) => <span className="quiet">{taskName}</span> },
    { key: 'next', title: names.next, width: '132px', end: true, cell: ({ nextDueAt }) => <Moment at={nextDueAt} /> },
    { key: 'last', title: names.last, width: '206px', role: 'narrow', cell: ({ id }) => <FiringStrip id={id} /> },
    { key: 'status', title: names.status, width: '116px', role: 'aside', cell: ({ status }) => <ScheduleStatus status={status} /> },
  ];
  return (
    <QueryView query={query}>
      {() =>
        rows.length === 0 ? (
          <Empty
            title={t.schedules.empty}
            action={can('schedules:edit') && <Button onClick={onCreate}>{t.schedules.create}</Button>}
            command={'npx contenthub schedule create --help'}
          >
            {t.schedules.emptyHint}
          </Empty>
        ) : (
          <DataTable
            label={t.schedules.title}
            columns={columns}
            rows={rows}
            idOf={({ id }) => id}
            selected={selected}
            onOpen={onOpen}
            toneOf={({ status }) => (status === 'paused' ? 'striped' : status === 'finished' ? 'muted' : undefined)}
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

function SystemSchedules({ selected, onOpen }: Omit<ListProps, 'onCreate'>) {
  const t = useT();
  const format = useFormat();
  const { language } = usePreferences();
  const query = useQuery(systemSchedulesQuery);
  const names = t.schedules.columns;
  const columns: Column<SystemScheduleView>[] = [
    { key: 'name', title: names.name, width: '180px', role: 'primary', cell: ({ name }) => name },
    { key: 'description', title: names.rule, cell: ({ description }) => <span className="quiet">{description[language]}</span> },
    {
      key: 'interval',
      title: t.schedules.interval,
      width: '96px',
      end: true,
      role: 'phone',
      cell: ({ intervalMs }) => (intervalMs === null ? '' : format.took(intervalMs)),
    },
    {
      key: 'last',
      title: t.schedules.lastRound,
      width: '124px',
      end: true,
      cell: ({ lastRuns }) => (lastRuns === null ? '' : <Ago at={lastRuns.until} />),
    },
    { key: 'status', title: names.status, width: '130px', role: 'aside', cell: ({ status }) => <ScheduleStatus status={status} /> },
  ];
  return (
    <QueryView query={query}>
      {({ items }) => (
        <DataTable
          label={t.schedules.kinds.system}
          columns={columns}
          rows={items}
          idOf={({ name }) => name}
          selected={selected}
          onOpen={onOpen}
          toneOf={({ status, lastRuns }) => (status === 'paused' ? 'striped' : lastRuns?.outcome === 'failed' ? 'alarm' : undefined)}
        />
      )}
    </QueryView>
  );
}

export function SchedulesPage() {
  const t = useT();
  const can = useCan();
  const { kind = 'task', sel } = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const base = kind === 'system' ? { kind } : {};
  const select = (next: string | undefined): void => void navigate({ search: next === undefined ? base : { ...base, sel: next } });
  const close = (): void => select(undefined);
  useShortcuts({ Escape: close });
  const Panel = kind === 'system' ? SystemPanel : SchedulePanel;
  return (
    <Page
      title={t.schedules.title}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t.schedules.kindLabel}
            value={kind}
            onChange={(value) => void navigate({ search: value === 'system' ? { kind: value as Kind } : {} })}
            data={KINDS.map((value) => ({ value, label: t.schedules.kinds[value] }))}
          />
          {can('schedules:edit') && <Button onClick={() => setCreating(true)}>{t.schedules.create}</Button>}
        </>
      }
      panel={sel !== undefined && <Panel key={sel} id={sel} onClose={close} />}
    >
      {kind === 'system' ? (
        <SystemSchedules selected={sel} onOpen={select} />
      ) : (
        <TaskSchedules selected={sel} onOpen={select} onCreate={() => setCreating(true)} />
      )}
      <CreateSchedule opened={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}
