import { ActionIcon, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useT } from '../../i18n/i18n.tsx';
import { useListChoice } from './list-choices.ts';
import css from './lists.module.css';

interface ChoosableColumn {
  readonly key: string;
  readonly title: string;
  /** Shown when the reader has chosen nothing. */
  readonly isDefault: boolean;
}

/** The keys of the columns that are shown: those that the reader chose, or those of the page. */
export function useShownColumns(page: string, columns: readonly ChoosableColumn[]): ReadonlySet<string> {
  const [{ columns: chosen }] = useListChoice(page);
  return new Set(columns.filter(({ key, isDefault }) => chosen?.includes(key) ?? isDefault).map(({ key }) => key));
}

/** The choice is kept in this browser, and in a view that is saved. */
export function ColumnMenu({ page, columns }: { page: string; columns: readonly ChoosableColumn[] }) {
  const t = useT();
  const [{ columns: chosen }, choose] = useListChoice(page);
  const shown = useShownColumns(page, columns);
  const toggle = (key: string): void => {
    const next = columns.map((column) => column.key).filter((one) => (one === key ? !shown.has(one) : shown.has(one)));
    choose({ columns: next });
  };
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon aria-label={t.lists.columns} title={t.lists.columns} className={css.wide}>
          <IconColumns3 size={17} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ key, title }) => (
          <Menu.CheckboxItem key={key} checked={shown.has(key)} onChange={() => toggle(key)} closeMenuOnClick={false}>
            {title}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item disabled={chosen === undefined} onClick={() => choose({ columns: undefined })}>
          {t.lists.allColumns}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
