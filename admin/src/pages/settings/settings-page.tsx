import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { rolesWith } from '../../app/nav.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan, useSession } from '../../session/session.tsx';
import { Page } from '../../ui/page.tsx';
import { Forbidden } from '../../ui/states.tsx';
import { Budgets } from './budgets.tsx';
import { Channels, Creators, Limits } from './catalogues.tsx';
import { Keys } from './keys.tsx';
import { Mine } from './mine.tsx';
import { type Tab, TABS } from './search.ts';
import { Users } from './users.tsx';

const route = getRouteApi('/settings');

const PARTS: Record<Tab, { part: ComponentType; permission?: string }> = {
  mine: { part: Mine },
  keys: { part: Keys, permission: 'keys:manage' },
  users: { part: Users, permission: 'users:manage' },
  creators: { part: Creators, permission: 'content:read' },
  channels: { part: Channels, permission: 'content:read' },
  budgets: { part: Budgets, permission: 'budgets:read' },
  limits: { part: Limits, permission: 'limits:read' },
};

export function SettingsPage() {
  const t = useT();
  const can = useCan();
  const { role } = useSession();
  const { tab = 'mine' } = route.useSearch();
  const navigate = route.useNavigate();
  const { part: Part, permission } = PARTS[tab];
  const allowed = permission === undefined || can(permission);
  return (
    <Page
      title={t.settings.title}
      tools={
        <SegmentedControl
          size="xs"
          aria-label={t.settings.tabLabel}
          value={tab}
          onChange={(value) => void navigate({ search: value === 'mine' ? {} : { tab: value as Tab } })}
          data={TABS.map((value) => ({ value, label: t.settings.tabs[value] }))}
        />
      }
    >
      {allowed ? <Part /> : <Forbidden permission={permission} roles={rolesWith(permission)} role={role ?? ''} />}
    </Page>
  );
}
