import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { pausedTasksQuery, tasksQuery } from '../../api/tasks.ts';
import type { TaskCatalogueItem } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Word } from '../../ui/word.tsx';
import { RunTask } from './run-task.tsx';

const route = getRouteApi('/tasks');

export function usePaused(): ReadonlySet<string> {
  const { data } = useQuery(pausedTasksQuery);
  return new Set(data?.items.filter(({ paused }) => paused).map(({ name }) => name));
}

export function TasksPage() {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const { run } = route.useSearch();
  const query = useQuery(tasksQuery);
  const paused = usePaused();
  const names = t.tasks.columns;
  const setRun = (name: string | undefined): void => void navigate({ to: '/tasks', search: name === undefined ? {} : { run: name } });
  const columns: Column<TaskCatalogueItem>[] = [
    {
      key: 'name',
      title: names.name,
      role: 'primary',
      width: '240px',
      cell: ({ name }) => name,
    },
    { key: 'description', title: '', role: 'narrow', cell: ({ description }) => <span className="quiet">{description}</span> },
    { key: 'queue', title: names.queue, width: '110px', cell: ({ queue }) => queue },
    { key: 'timeout', title: names.timeout, width: '112px', end: true, role: 'phone', cell: ({ timeoutMs }) => format.took(timeoutMs) },
    { key: 'attempts', title: names.attempts, width: '84px', end: true, role: 'phone', cell: ({ maxAttempts }) => maxAttempts },
    {
      key: 'state',
      title: names.state,
      width: '112px',
      role: 'aside',
      cell: ({ name }) => (paused.has(name) ? <Word tone="warn">{t.tasks.paused}</Word> : <Word tone="good">{t.tasks.active}</Word>),
    },
    {
      key: 'run',
      title: '',
      width: '128px',
      end: true,
      role: 'phone',
      cell: ({ name }) =>
        can('tasks:submit') && (
          <Button variant="default" aria-label={`${t.tasks.run}: ${name}`} onClick={() => setRun(name)}>
            {t.tasks.run}
          </Button>
        ),
    },
  ];
  return (
    <Page title={t.tasks.title}>
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t.tasks.empty} command="npx contenthub task list">
              {t.tasks.emptyHint}
            </Empty>
          ) : (
            <DataTable
              label={t.tasks.title}
              columns={columns}
              rows={items}
              idOf={({ name }) => name}
              onOpen={(taskName) => void navigate({ to: '/tasks/$taskName', params: { taskName } })}
              toneOf={({ name }) => (paused.has(name) ? 'striped' : undefined)}
            />
          )
        }
      </QueryView>
      <RunTask key={run} name={run} onClose={() => setRun(undefined)} />
    </Page>
  );
}
