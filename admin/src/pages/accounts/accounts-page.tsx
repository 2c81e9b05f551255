import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsQuery } from '../../api/accounts.ts';
import { entriesQuery } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { AccountForm } from './account-form.tsx';
import { AccountStatusWord, monthAgo, MonthStrip } from './account-parts.tsx';
import { type AccountStatus, STATUSES } from './search.ts';

const route = getRouteApi('/accounts');

/** One row for each account: what it published, what it publishes next, and whether it works. */
export function AccountsPage() {
  const t = useT();
  const can = useCan();
  const { status } = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const query = useQuery(accountsQuery);
  const [creating, setCreating] = useState(false);
  const open = (accountId: string): void => void go({ to: '/accounts/$accountId', params: { accountId } });
  return (
    <Page
      title={t.nav.accounts}
      actions={can('accounts:create') && <Button onClick={() => setCreating(true)}>{t.accounts.create}</Button>}
      tools={
        <SegmentedControl
          size="xs"
          aria-label={t.accounts.statusLabel}
          value={status ?? ''}
          onChange={(value) => void navigate({ search: value === '' ? {} : { status: value as AccountStatus } })}
          data={[{ value: '', label: t.actions.all }, ...STATUSES.map((value) => ({ value, label: t.accounts.status[value] }))]}
        />
      }
    >
      <QueryView query={query}>
        {(accounts) => {
          const rows = accounts.filter((account) => (status === undefined ? account.status !== 'archived' : account.status === status));
          if (rows.length > 0) return <AccountTable rows={rows} onOpen={open} />;
          if (status !== undefined)
            return (
              <Empty
                title={t.states.emptyFiltered}
                action={<Button onClick={() => void navigate({ search: {} })}>{t.actions.all}</Button>}
              />
            );
          return (
            <Empty
              title={t.accounts.empty}
              action={can('accounts:create') && <Button onClick={() => setCreating(true)}>{t.accounts.create}</Button>}
              command="npx contenthub account create --help"
            >
              {t.accounts.emptyHint}
            </Empty>
          );
        }}
      </QueryView>
      {creating && <AccountForm onClose={() => setCreating(false)} onSaved={({ id }) => open(id)} />}
    </Page>
  );
}

function AccountTable({ rows, onOpen }: { rows: AccountView[]; onOpen: (id: string) => void }) {
  const t = useT();
  const days = useDayFormat();
  const entries = useQuery(entriesQuery({ from: monthAgo(), status: ['pending', 'published', 'failed'] })).data?.items ?? [];
  const nextOf = (id: string): string | undefined =>
    entries
      .filter(({ accountId, status }) => accountId === id && status === 'pending')
      .map(({ scheduledLocal }) => scheduledLocal)
      .sort()[0];
  const names = t.accounts.columns;
  const columns: Column<AccountView>[] = [
    { key: 'name', title: names.name, role: 'primary', cell: ({ name }) => name },
    {
      key: 'platform',
      title: names.platform,
      width: '150px',
      role: 'narrow',
      cell: ({ platform, language }) => <span className="quiet">{`${platform} · ${t.accounts.languages[language]}`}</span>,
    },
    {
      key: 'creator',
      title: names.creator,
      width: '120px',
      role: 'narrow',
      cell: ({ creator }) => <span className="quiet">{creator}</span>,
    },
    { key: 'slots', title: names.slots, width: '104px', cell: ({ publishing }) => t.accounts.slots(publishing.slots?.length ?? 0) },
    { key: 'month', title: names.month, width: '206px', cell: (account) => <MonthStrip account={account} entries={entries} /> },
    {
      key: 'next',
      title: names.next,
      width: '164px',
      end: true,
      cell: ({ id }) => {
        const next = nextOf(id);
        return next === undefined ? <span className="quiet">–</span> : <time>{days.moment(next)}</time>;
      },
    },
    { key: 'status', title: names.status, width: '170px', role: 'aside', cell: (account) => <AccountStatusWord {...account} /> },
  ];
  return (
    <DataTable
      label={t.nav.accounts}
      columns={columns}
      rows={rows}
      idOf={({ id }) => id}
      onOpen={onOpen}
      toneOf={({ status, publishingPaused }) =>
        status === 'archived' ? 'muted' : status === 'paused' || publishingPaused ? 'striped' : undefined
      }
      foot={t.actions.shown(rows.length)}
    />
  );
}
