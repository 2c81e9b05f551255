import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Agent, agentsQuery } from '../../api/agents.ts';
import { useT } from '../../i18n/i18n.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { AgentPanel } from './agent-panel.tsx';
import { AgentLoad, AgentStatus, Heartbeat, SlotDots } from './agent-parts.tsx';
import css from './workers-page.module.css';

const route = getRouteApi('/workers');

function useColumns(): Column<Agent>[] {
  const t = useT();
  const names = t.workers.columns;
  return [
    { key: 'name', title: names.name, role: 'primary', cell: ({ name }) => name },
    { key: 'status', title: names.status, width: '128px', role: 'aside', cell: (agent) => <AgentStatus agent={agent} /> },
    { key: 'slots', title: names.slots, width: '210px', cell: (agent) => <SlotDots agent={agent} /> },
    {
      key: 'load',
      title: names.load,
      width: '72px',
      end: true,
      role: 'narrow',
      cell: (agent) => <AgentLoad agent={agent} />,
    },
    { key: 'seen', title: names.heartbeat, width: '112px', end: true, cell: (agent) => <Heartbeat agent={agent} /> },
    {
      key: 'capabilities',
      title: names.capabilities,
      role: 'narrow',
      cell: ({ capabilities, processInfo }) => (
        <span className="quiet">{processInfo ? `${processInfo.host} · ${processInfo.pid}` : capabilities.join(', ')}</span>
      ),
    },
    { key: 'version', title: names.version, width: '90px', end: true, role: 'phone', cell: ({ version }) => version ?? '' },
  ];
}

export function WorkersPage() {
  const t = useT();
  const { sel } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(agentsQuery);
  const columns = useColumns();
  const select = (next: string | undefined): void => void navigate({ search: next === undefined ? {} : { sel: next } });
  const selected = query.data?.items.find(({ id }) => id === sel);
  useShortcuts({ Escape: () => select(undefined) });
  const table = (label: string, rows: readonly Agent[]) => (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      idOf={({ id }) => id}
      selected={sel}
      onOpen={select}
      toneOf={({ status }) => (status === 'offline' ? 'muted' : status === 'quarantined' ? 'alarm' : undefined)}
    />
  );
  return (
    <Page title={t.workers.title} panel={selected && <AgentPanel agent={selected} onClose={() => select(undefined)} />}>
      <QueryView query={query}>
        {({ items }) => {
          const processes = items.filter(({ kind }) => kind === 'process');
          const remote = items.filter(({ kind }) => kind === 'remote');
          return (
            <>
              {!processes.some(({ status }) => status === 'online') && (
                <div className={css.none} role="alert">
                  <b>{t.workers.none}</b> {t.workers.noneHint} <code className="mono">npx contenthub serve</code>
                  <Button variant="default" onClick={() => void query.refetch()}>
                    {t.states.retry}
                  </Button>
                </div>
              )}
              <h2 className={css.group}>{t.workers.processes}</h2>
              {table(t.workers.processes, processes)}
              <h2 className={css.group}>{t.workers.remote}</h2>
              {remote.length > 0 ? (
                table(t.workers.remote, remote)
              ) : (
                <Empty title={t.workers.noAgents} command="npx contenthub agent register --help" />
              )}
            </>
          );
        }}
      </QueryView>
    </Page>
  );
}
