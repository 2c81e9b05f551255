import { Button, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type AuditFilter, auditExport, auditQuery } from '../../api/audit.ts';
import { itemsOf } from '../../api/page.ts';
import type { OperationView } from '../../api/schema/types.gen.ts';
import { present } from '../../app/search-params.ts';
import { useT } from '../../i18n/i18n.tsx';
import { type Column, DataTable, MoreRows } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { Word } from '../../ui/word.tsx';
import { Changes } from './changes.tsx';
import type { AuditSearch } from './search.ts';

const route = getRouteApi('/audit');

/** The permissions whose use is recorded. Of this type, so that an operation that the server adds does not compile until it is listed. */
const ALL_OPERATIONS: Record<OperationView['operation'], true> = {
  'accounts:create': true,
  'accounts:import': true,
  'accounts:edit': true,
  'accounts:delete': true,
  'content:edit': true,
  'content:approve': true,
  'topics:edit': true,
  'tasks:pause': true,
  'schedules:edit': true,
  'schedules:operate': true,
  'queues:operate': true,
  'limits:set': true,
  'budgets:set': true,
  'webhooks:manage': true,
  'alerts:operate': true,
  'alerts:edit': true,
  'agents:register': true,
  'agents:operate': true,
  'keys:manage': true,
  'users:manage': true,
  'views:edit': true,
};
const OPERATIONS = Object.keys(ALL_OPERATIONS);

function StatusWord({ status }: { status: number | null }) {
  const t = useT();
  if (status === null) return <Word tone="warn">{t.audit.unanswered}</Word>;
  return <Word tone={status < 400 ? 'good' : status < 500 ? 'quiet' : 'bad'}>{status}</Word>;
}

export function AuditPage() {
  const t = useT();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = search as AuditFilter;
  const query = useInfiniteQuery(auditQuery(filter));
  const rows = itemsOf(query.data);
  const set = (change: { [K in keyof AuditSearch]: string | undefined }): void =>
    void navigate({ search: present({ ...search, ...change }) as AuditSearch, replace: true });
  const names = t.audit.columns;
  const columns: Column<OperationView>[] = [
    { key: 'at', title: names.at, width: '150px', cell: ({ at }) => <Moment at={at} /> },
    { key: 'actor', title: names.actor, width: '200px', role: 'primary', cell: ({ actor }) => <b>{actor.name ?? actor.type}</b> },
    { key: 'operation', title: names.operation, width: '180px', cell: ({ operation }) => operation },
    {
      key: 'request',
      title: names.request,
      cell: ({ method, path, requestId, reason, changes }) => (
        <>
          <span className="mono" title={requestId ?? undefined}>
            {method} {path}
          </span>
          <Changes reason={reason} changes={changes} />
        </>
      ),
    },
    { key: 'status', title: names.status, width: '112px', role: 'aside', cell: ({ status }) => <StatusWord status={status} /> },
  ];
  const text = (name: 'actor' | 'path', label: string) => (
    <TextInput
      size="xs"
      aria-label={label}
      placeholder={label}
      defaultValue={search[name] ?? ''}
      onBlur={(event) => set({ [name]: event.currentTarget.value.trim() || undefined })}
      onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && event.currentTarget.blur()}
    />
  );
  return (
    <Page
      title={t.audit.title}
      actions={
        <Button component="a" href={auditExport(filter)} download="audit.csv" variant="default">
          {t.audit.export}
        </Button>
      }
      tools={
        <>
          {text('actor', t.audit.actor)}
          <Select
            size="xs"
            aria-label={t.audit.operation}
            placeholder={t.audit.anything}
            data={OPERATIONS}
            value={search.operation ?? null}
            onChange={(operation) => set({ operation: operation ?? undefined })}
            clearable
            clearButtonProps={{ 'aria-label': t.actions.clear }}
            searchable
          />
          {text('path', t.audit.path)}
        </>
      }
    >
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={Object.keys(search).length > 0 ? t.states.emptyFiltered : t.audit.empty} command="npx contenthub audit list" />
          ) : (
            <DataTable
              label={t.audit.title}
              columns={columns}
              rows={rows}
              idOf={({ id }) => id}
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
    </Page>
  );
}
