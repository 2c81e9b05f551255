import { SegmentedControl, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Preferences, setPreferences, usePreferences } from '../../app/preferences.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useSession } from '../../session/session.tsx';
import { Facts } from '../../ui/page.tsx';
import css from './settings.module.css';

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={css.choice}>
      <span>{label}</span>
      {children}
    </div>
  );
}

/** What this browser keeps, and who is signed in. */
export function Mine() {
  const t = useT();
  const format = useFormat();
  const { language, scheme, timeZone, shortcuts } = usePreferences();
  const { name, role, accountIds, expiresAt } = useSession();
  const names = t.settings.mine;
  return (
    <div className={css.form}>
      <Choice label={names.language}>
        <SegmentedControl
          aria-label={names.language}
          value={language}
          onChange={(value) => setPreferences({ language: value as Preferences['language'] })}
          data={[
            { value: 'zh', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Choice>
      <Choice label={names.looks}>
        <SegmentedControl
          aria-label={names.looks}
          value={scheme}
          onChange={(value) => setPreferences({ scheme: value as Preferences['scheme'] })}
          data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t.header.scheme[value] }))}
        />
      </Choice>
      <Choice label={names.zone}>
        <SegmentedControl
          aria-label={names.zone}
          value={timeZone}
          onChange={(value) => setPreferences({ timeZone: value as Preferences['timeZone'] })}
          data={(['mine', 'UTC'] as const).map((value) => ({ value, label: t.header.zone[value] }))}
        />
      </Choice>
      <Choice label={names.shortcuts}>
        <Switch
          aria-label={names.shortcuts}
          checked={shortcuts}
          onChange={(event) => setPreferences({ shortcuts: event.currentTarget.checked })}
        />
      </Choice>
      <Facts
        facts={[
          [names.session, name],
          [names.role, role],
          [names.accounts, accountIds === null ? names.allAccounts : format.number(accountIds.length)],
          [names.expires, expiresAt && format.dayTime(expiresAt)],
        ]}
      />
    </div>
  );
}
