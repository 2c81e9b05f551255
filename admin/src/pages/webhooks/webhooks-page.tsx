import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { WebhookView } from '../../api/schema/types.gen.ts';
import { webhooksQuery } from '../../api/webhooks.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { CreateWebhook } from './create-webhook.tsx';
import { WebhookPanel } from './webhook-panel.tsx';
import { WebhookStatus } from './webhook-parts.tsx';

const route = getRouteApi('/webhooks');

export function WebhooksPage() {
  const t = useT();
  const can = useCan();
  const { sel } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(webhooksQuery);
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const select = (next: string | undefined): void => void navigate({ search: next === undefined ? {} : { sel: next } });
  const selected = query.data?.items.find(({ id }) => id === sel);
  const names = t.webhooks.columns;
  const columns: Column<WebhookView>[] = [
    { key: 'name', title: names.name, role: 'primary', width: '200px', cell: ({ name }) => name },
    { key: 'url', title: names.url, cell: ({ url }) => <span className="quiet">{url}</span> },
    { key: 'types', title: names.types, width: '180px', role: 'narrow', cell: ({ types }) => types?.join(', ') ?? t.webhooks.all },
    { key: 'success', title: names.success, width: '124px', end: true, cell: ({ lastSuccessAt }) => <Ago at={lastSuccessAt} /> },
    { key: 'status', title: names.status, width: '116px', role: 'aside', cell: ({ status }) => <WebhookStatus status={status} /> },
  ];
  useShortcuts({ Escape: () => select(undefined) });
  const create = can('webhooks:manage') && <Button onClick={() => setCreating(true)}>{t.webhooks.create}</Button>;
  return (
    <Page
      title={t.webhooks.title}
      actions={create}
      panel={selected && <WebhookPanel key={selected.id} webhook={selected} onSecret={setSecret} onClose={() => select(undefined)} />}
    >
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t.webhooks.empty} action={create} command="npx contenthub webhook create --help">
              {t.webhooks.emptyHint}
            </Empty>
          ) : (
            <DataTable
              label={t.webhooks.title}
              columns={columns}
              rows={items}
              idOf={({ id }) => id}
              selected={sel}
              onOpen={select}
              toneOf={({ status }) => (status === 'paused' ? 'striped' : status === 'failing' ? 'alarm' : undefined)}
            />
          )
        }
      </QueryView>
      <CreateWebhook opened={creating} onClose={() => setCreating(false)} onSecret={setSecret} />
      <SecretDialog title={t.webhooks.secretTitle} hint={t.webhooks.secretHint} secret={secret} onClose={() => setSecret(null)} />
    </Page>
  );
}
