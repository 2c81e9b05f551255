import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconKeyboard, IconLanguage, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { en } from '../i18n/en/index.ts';
import { useT } from '../i18n/i18n.tsx';
import { zh } from '../i18n/zh/index.ts';
import { useCan } from '../session/session.tsx';
import { keyboardHelp } from './keyboard-help.tsx';
import { PAGES } from './nav.ts';
import css from './palette.module.css';
import { setPreferences, usePreferences } from './preferences.ts';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function useCommands(): SpotlightActionData[] {
  const t = useT();
  const { language, scheme } = usePreferences();
  const Glyph = scheme === 'dark' ? IconSun : IconMoon;
  return [
    {
      id: 'scheme',
      label: scheme === 'dark' ? t.palette.toLight : t.palette.toDark,
      leftSection: <Glyph size={18} stroke={1.6} />,
      onClick: () => setPreferences({ scheme: scheme === 'dark' ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      label: language === 'zh' ? t.palette.toEnglish : t.palette.toChinese,
      leftSection: <IconLanguage size={18} stroke={1.6} />,
      onClick: () => setPreferences({ language: language === 'zh' ? 'en' : 'zh' }),
    },
    {
      id: 'keyboard',
      label: t.palette.keyboard,
      leftSection: <IconKeyboard size={18} stroke={1.6} />,
      onClick: keyboardHelp.open,
    },
  ];
}

/** Pages are found by their names in both languages. An id opens its execution. */
export function Palette() {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const id = query.trim().toLowerCase();
  const pages = PAGES.filter(({ permission }) => permission === undefined || can(permission));
  const found: SpotlightActionGroupData[] = ID.test(id)
    ? [
        {
          group: t.nav.executions,
          actions: [
            {
              id,
              label: t.palette.openId(id),
              keywords: id,
              onClick: () => void navigate({ to: '/executions/$executionId', params: { executionId: id } }),
            },
          ],
        },
      ]
    : [];
  const groups: SpotlightActionGroupData[] = [
    ...found,
    {
      group: t.palette.pages,
      actions: pages.map(({ to, key, icon: Glyph, go }) => ({
        id: to,
        label: t.nav[key],
        keywords: [en.nav[key], zh.nav[key]],
        leftSection: <Glyph size={18} stroke={1.6} />,
        rightSection: go ? <kbd className="mono quiet">g {go}</kbd> : undefined,
        onClick: () => void navigate({ to }),
      })),
    },
    { group: t.palette.actions, actions: useCommands() },
  ];
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      nothingFound={t.palette.nothing}
      shortcut={null}
      highlightQuery
      scrollable
      maxHeight={420}
      radius="lg"
      overlayProps={{ backgroundOpacity: 0.32, blur: 0 }}
      classNames={{ content: css.content, search: css.search, action: css.action, actionsGroup: css.group }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: t.palette.placeholder,
        'aria-label': t.palette.placeholder,
      }}
    />
  );
}
