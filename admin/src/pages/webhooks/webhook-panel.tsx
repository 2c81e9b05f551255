import { Button, Menu } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { itemsOf } from '../../api/page.ts';
import type { DeliveryView, WebhookView } from '../../api/schema/types.gen.ts';
import { deleteWebhook, deliveriesQuery, pauseWebhook, redeliver, resumeWebhook, rotateWebhook, testWebhook } from '../../api/webhooks.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct, useNotify } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { MoreRows } from '../../ui/data-table.tsx';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { DeliveryStatus, WebhookStatus } from './webhook-parts.tsx';
import css from './webhook-panel.module.css';

interface Props {
  webhook: WebhookView;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

function Actions({ webhook, onSecret, onClose }: Props) {
  const t = useT();
  const act = useAct();
  const notify = useNotify();
  const { id, name, status, managedBy } = webhook;
  const rotate = async (): Promise<void> => {
    const yes = await confirm({ title: t.webhooks.rotateQuestion(name), text: t.webhooks.rotateText, action: t.webhooks.rotate });
    if (yes)
      await rotateWebhook(id).then(
        ({ secret }) => onSecret(secret),
        (error: Error) => notify(error.message, true),
      );
  };
  const remove = async (): Promise<void> => {
    const question = { title: t.webhooks.deleteQuestion(name), text: t.webhooks.deleteText, action: t.actions.remove, danger: true };
    if ((await confirm(question)) && (await act(() => deleteWebhook(webhook), t.webhooks.deleted(name), ['webhooks']))) onClose();
  };
  const toggle = (): void =>
    void (status === 'paused'
      ? act(() => resumeWebhook(id), t.webhooks.resumedNow(name), ['webhooks'])
      : act(() => pauseWebhook(id), t.webhooks.pausedNow(name), ['webhooks']));
  return (
    <>
      <Button onClick={() => void act(() => testWebhook(id), t.webhooks.tested(name), ['webhooks'])}>{t.webhooks.test}</Button>
      <Button variant="default" onClick={toggle}>
        {status === 'paused' ? t.actions.resume : t.actions.pause}
      </Button>
      {managedBy === 'api' && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" aria-label={t.nav.more}>
              …
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void rotate()}>{t.webhooks.rotate}…</Menu.Item>
            <Menu.Item onClick={() => void remove()}>{t.actions.remove}…</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function Delivery({ webhookId, delivery }: { webhookId: string; delivery: DeliveryView }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const { id, type, subject, createdAt, status, attempts, lastStatus, lastError } = delivery;
  return (
    <li>
      <span className={css.first}>
        <DeliveryStatus status={status} />
        <b>{type}</b>
        <span className="quiet">{subject}</span>
      </span>
      <span className="quiet num">
        <Moment at={createdAt} /> · {t.webhooks.columns.attempts} {attempts}
        {lastStatus !== null && ` · HTTP ${lastStatus}`} {lastError}
      </span>
      {(status === 'failed' || status === 'delivered') && can('webhooks:manage') && (
        <Button
          variant="subtle"
          aria-label={`${t.webhooks.redeliver}: ${type}`}
          onClick={() => void act(() => redeliver(webhookId, id), t.webhooks.redelivered, ['webhooks'])}
        >
          {t.webhooks.redeliver}
        </Button>
      )}
    </li>
  );
}

export function WebhookPanel({ webhook, onSecret, onClose }: Props) {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const query = useInfiniteQuery(deliveriesQuery(webhook.id));
  const rows = itemsOf(query.data);
  const { name, url, failures, pausedAt, pausedBy, types, managedBy } = webhook;
  return (
    <SidePanel
      label={name}
      title={name}
      state={<WebhookStatus status={webhook.status} />}
      actions={can('webhooks:manage') && <Actions webhook={webhook} onSecret={onSecret} onClose={onClose} />}
      onClose={onClose}
    >
      <Part>
        <p className="mono">{url}</p>
        {webhook.description !== '' && <p>{webhook.description}</p>}
        {managedBy === 'settings' && <p className="quiet">{t.webhooks.bySettings}</p>}
        {failures > 0 && <p>{t.webhooks.failures(failures)}</p>}
        {pausedAt !== null && <p>{t.schedules.pausedBy(pausedBy?.name ?? webhook.pausedReason ?? '', format.full(pausedAt))}</p>}
      </Part>
      <Facts
        facts={[
          [t.webhooks.columns.types, types?.join(', ') ?? t.webhooks.all],
          [t.webhooks.columns.success, <Ago key="success" at={webhook.lastSuccessAt} />],
          [t.webhooks.columns.created, <Ago key="created" at={webhook.createdAt} />],
        ]}
      />
      <Part title={t.webhooks.deliveries}>
        <QueryView query={query} rows={3}>
          {() =>
            rows.length === 0 ? (
              <span className="quiet">{t.webhooks.noDeliveries}</span>
            ) : (
              <>
                <ul className={css.lines}>
                  {rows.map((delivery) => (
                    <Delivery key={delivery.id} webhookId={webhook.id} delivery={delivery} />
                  ))}
                </ul>
                <MoreRows
                  shown={rows.length}
                  hasMore={query.hasNextPage}
                  loading={query.isFetchingNextPage}
                  onMore={() => void query.fetchNextPage()}
                />
              </>
            )
          }
        </QueryView>
      </Part>
    </SidePanel>
  );
}
