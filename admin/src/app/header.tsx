import { ActionIcon, Kbd, Menu, Tooltip } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import {
  IconClock,
  IconDeviceDesktop,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { signOut } from '../api/session.ts';
import { useFormat, useT } from '../i18n/i18n.tsx';
import { useNow } from '../live/clock.ts';
import { events, useLiveness } from '../live/event-stream.ts';
import { liveWord } from '../live/liveness.ts';
import { useSession } from '../session/session.tsx';
import { useNotify } from '../ui/act.ts';
import { keyboardHelp } from './keyboard-help.tsx';
import { type Preferences, setPreferences, usePreferences } from './preferences.ts';
import css from './header.module.css';

/** What the stream says, and since when it is silent. Numbers turn grey when they are old. */
export function LiveIndicator() {
  const t = useT();
  const format = useFormat();
  const liveness = useLiveness();
  const now = useNow();
  const word = liveWord(liveness, now);
  const lostAt = liveness.lostAt ?? now;
  useEffect(() => {
    document.documentElement.toggleAttribute('data-stale', word === 'stale');
  }, [word]);
  const texts = {
    live: t.live.live,
    connecting: t.live.connecting,
    paused: t.live.paused,
    reconnecting: t.live.reconnecting(Math.max(0, Math.round((now - lostAt) / 1000))),
    stale: t.live.stale(format.minute(lostAt)),
  };
  return (
    <Tooltip label={t.live.hint}>
      <button
        type="button"
        className={css.live}
        data-word={word}
        data-busy={liveness.rate > 0}
        onClick={() => events.togglePause()}
        aria-pressed={word === 'paused'}
      >
        <span className={css.pulse} aria-hidden />
        <span>{texts[word]}</span>
        {word === 'live' && <span className={`${css.rate} num`}>{t.live.rate(liveness.rate.toFixed(1))}</span>}
      </button>
    </Tooltip>
  );
}

export function LanguageButton() {
  const t = useT();
  const { language } = usePreferences();
  return (
    <Tooltip label={t.header.languageLabel}>
      <button
        type="button"
        className={css.language}
        aria-label={`${t.header.language}: ${t.header.languageLabel}`}
        onClick={() => setPreferences({ language: language === 'zh' ? 'en' : 'zh' })}
      >
        <IconLanguage size={17} stroke={1.6} aria-hidden />
        <span lang={language === 'zh' ? 'en' : 'zh-CN'}>{t.header.language}</span>
      </button>
    </Tooltip>
  );
}

const SCHEMES: readonly [Preferences['scheme'], typeof IconSun][] = [
  ['light', IconSun],
  ['dark', IconMoon],
  ['auto', IconDeviceDesktop],
];

export function LooksMenu() {
  const t = useT();
  const { scheme, timeZone } = usePreferences();
  const Current = SCHEMES.find(([value]) => value === scheme)?.[1] ?? IconSun;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t.header.schemeLabel}>
          <Current size={17} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.header.schemeLabel}</Menu.Label>
        {SCHEMES.map(([value, Glyph]) => (
          <Menu.Item
            key={value}
            leftSection={<Glyph size={15} stroke={1.7} />}
            onClick={() => setPreferences({ scheme: value })}
            data-current={value === scheme}
          >
            {t.header.scheme[value]}
          </Menu.Item>
        ))}
        <Menu.Label>{t.header.zoneLabel}</Menu.Label>
        {(['mine', 'UTC'] as const).map((value) => (
          <Menu.Item
            key={value}
            leftSection={<IconClock size={15} stroke={1.7} />}
            onClick={() => setPreferences({ timeZone: value })}
            data-current={value === timeZone}
          >
            {t.header.zone[value]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function AccountMenu() {
  const t = useT();
  const session = useSession();
  const client = useQueryClient();
  const notify = useNotify();
  const leave = (): void => {
    signOut().then(
      () => {
        client.clear();
        client.setQueryData(['session'], null);
      },
      (error: Error) => notify(error.message, true),
    );
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`${t.header.account}: ${session.name}`}>
          <IconUserCircle size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.name} · {session.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconKeyboard size={15} stroke={1.7} />} onClick={keyboardHelp.open}>
          {t.header.keyboard}
        </Menu.Item>
        {session.authRequired && (
          <Menu.Item leftSection={<IconLogout size={15} stroke={1.7} />} onClick={leave}>
            {t.header.signOut}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

export function SearchButton() {
  const t = useT();
  return (
    <button type="button" className={css.search} onClick={() => spotlight.open()}>
      <IconSearch size={15} stroke={1.8} aria-hidden />
      <span>{t.header.search}</span>
      <Kbd size="xs" aria-hidden>
        ⌘K
      </Kbd>
    </button>
  );
}
