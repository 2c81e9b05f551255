import { Button, SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { Page } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { AlertList } from './alert-list.tsx';
import { AlertPanel } from './alert-panel.tsx';
import { ChannelList } from './channel-list.tsx';
import { CreateRule } from './create-rule.tsx';
import { RuleList } from './rule-list.tsx';
import { type AlertsSearch, STATUSES, type Tab, TABS } from './search.ts';

const route = getRouteApi('/alerts');

export function AlertsPage() {
  const t = useT();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const { tab = 'alerts', status, sel } = search;
  const set = (next: AlertsSearch): void => void navigate({ search: next });
  const { sel: _sel, ...closed } = search;
  const { status: _status, ...anyStatus } = search;
  useShortcuts({ Escape: () => set(closed) });
  return (
    <Page
      title={t.alerts.title}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t.alerts.tabLabel}
            value={tab}
            onChange={(value) => set(value === 'alerts' ? {} : { tab: value as Tab })}
            data={TABS.map((value) => ({ value, label: t.alerts.tabs[value] }))}
          />
          {tab === 'rules' && can('alerts:edit') && <Button onClick={() => setCreating(true)}>{t.alerts.create}</Button>}
        </>
      }
      tools={
        tab === 'alerts' && (
          <SegmentedControl
            size="xs"
            aria-label={t.alerts.columns.status}
            value={status?.[0] ?? ''}
            onChange={(value) => set(value === '' ? anyStatus : { ...search, status: [value as (typeof STATUSES)[number]] })}
            data={[{ value: '', label: t.actions.all }, ...STATUSES.map((value) => ({ value, label: t.alerts.status[value] }))]}
          />
        )
      }
      panel={tab === 'alerts' && sel !== undefined && <AlertPanel key={sel} id={sel} onClose={() => set(closed)} />}
    >
      {tab === 'alerts' && (
        <AlertList status={status} selected={sel} onOpen={(id) => set({ ...search, sel: id })} onClear={() => set(anyStatus)} />
      )}
      {tab === 'rules' && <RuleList />}
      {tab === 'channels' && <ChannelList />}
      <CreateRule opened={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}
