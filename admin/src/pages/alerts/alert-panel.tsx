import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { acknowledge, alertQuery, silence, unsilence } from '../../api/alerts.ts';
import type { AlertDetailView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Moment } from '../../ui/time.tsx';
import { AlertStatus, labelsOf, Severity } from './alert-parts.tsx';
import css from './alert-panel.module.css';

const HOUR_S = 3600;

function Actions({ alert: { id, status, rule } }: { alert: AlertDetailView }) {
  const t = useT();
  const act = useAct();
  if (status === 'resolved') return null;
  return (
    <>
      {(status === 'firing' || status === 'pending') && (
        <Button onClick={() => void act(() => acknowledge(id), t.alerts.acknowledged(rule.name), ['alerts'])}>
          {t.alerts.acknowledge}
        </Button>
      )}
      {status === 'silenced' ? (
        <Button variant="default" onClick={() => void act(() => unsilence(id), t.alerts.unsilenced(rule.name), ['alerts'])}>
          {t.alerts.unsilence}
        </Button>
      ) : (
        <Button variant="default" onClick={() => void act(() => silence(id, HOUR_S), t.alerts.silenced(rule.name), ['alerts'])}>
          {t.alerts.silence}
        </Button>
      )}
    </>
  );
}

function Body({ alert }: { alert: AlertDetailView }) {
  const t = useT();
  const format = useFormat();
  const names = t.alerts.columns;
  const { value, comparison, threshold, rule, silencedUntil, history, notifications } = alert;
  return (
    <>
      <Facts
        facts={[
          [names.value, `${format.number(value)} ${t.alerts.comparison[comparison]} ${format.number(threshold)}`],
          [t.alerts.metric, rule.metric],
          [names.severity, <Severity key="severity" severity={alert.severity} resolved={alert.status === 'resolved'} />],
          [names.since, <Moment key="since" at={alert.startedAt} />],
          [names.notified, alert.notifiedAt && <Moment key="notified" at={alert.notifiedAt} />],
          [names.labels, labelsOf(alert.labels)],
        ]}
      />
      {silencedUntil !== null && <Part>{t.alerts.silencedUntil(format.dayTime(silencedUntil))}</Part>}
      <Part title={t.alerts.history}>
        <ul className={css.lines}>
          {history.map(({ at, toStatus, actor, note, value: then }) => (
            <li key={`${at}-${toStatus}`}>
              <Moment at={at} />
              <AlertStatus status={toStatus} />
              <span className="quiet">
                {format.number(then)} {actor.type === 'system' ? '' : actor.name} {note}
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={t.alerts.notifications}>
        {notifications.length === 0 ? (
          <span className="quiet">{t.alerts.noNotifications}</span>
        ) : (
          <ul className={css.lines}>
            {notifications.map(({ id, createdAt, channelName, status, error }) => (
              <li key={id}>
                <Moment at={createdAt} />
                <span>{channelName}</span>
                <span className="quiet">
                  {t.webhooks.delivery[status]} {error}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Part>
    </>
  );
}

export function AlertPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const can = useCan();
  const query = useQuery(alertQuery(id));
  const alert = query.data;
  return (
    <SidePanel
      label={alert?.rule.name ?? id}
      title={alert?.rule.name}
      state={alert && <AlertStatus status={alert.status} />}
      actions={alert && can('alerts:operate') && <Actions alert={alert} />}
      onClose={onClose}
    >
      <QueryView query={query}>{(data) => <Body alert={data} />}</QueryView>
    </SidePanel>
  );
}
