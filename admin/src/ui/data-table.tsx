import { Button, Checkbox } from '@mantine/core';
import { type MouseEvent, type ReactNode, useEffect } from 'react';
import { useT } from '../i18n/i18n.tsx';
import css from './data-table.module.css';
import { useShortcuts } from './shortcuts.ts';

export interface Column<T> {
  key: string;
  title: string;
  /** A width in CSS; a column without one shares what is left. */
  width?: string;
  end?: boolean;
  /** primary: first and bold on a phone. aside: at the end of the first line. narrow, phone: hidden when there is no room. */
  role?: 'primary' | 'aside' | 'narrow' | 'phone';
  cell: (row: T) => ReactNode;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  /** Rows that cannot be opened have no hover. */
  onOpen?: (id: string) => void;
  selected?: string | undefined;
  /** Rows that can be chosen for a bulk action. */
  choice?: Choice;
  /** `data-tone` of a row: `muted`, `striped`, `alarm`. */
  toneOf?: (row: T) => string | undefined;
  foot?: ReactNode;
}

export interface Choice {
  readonly ids: ReadonlySet<string>;
  toggle: (id: string, range: boolean) => void;
  toggleAll: () => void;
  nameOf: (id: string) => string;
}

/** One table for all lists. On a phone a row becomes two lines. `j` and `k` move the selection. */
export function DataTable<T>({ label, columns, rows, idOf, onOpen, selected, choice, toneOf, foot }: Props<T>) {
  const t = useT();
  const ids = rows.map(idOf);
  const move = (by: number): void => {
    const next = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(selected ?? '') + by))];
    if (next !== undefined) onOpen?.(next);
  };
  useShortcuts(onOpen ? { j: () => move(1), k: () => move(-1) } : {});
  useEffect(() => {
    if (selected !== undefined) document.querySelector(`tr[data-id="${CSS.escape(selected)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const chosen = ids.filter((id) => choice?.ids.has(id)).length;
  return (
    <>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            {choice && (
              <th className={css.check}>
                <Checkbox
                  size="xs"
                  aria-label={t.keyboard.names.all}
                  checked={ids.length > 0 && chosen === ids.length}
                  indeterminate={chosen > 0 && chosen < ids.length}
                  onChange={() => choice.toggleAll()}
                />
              </th>
            )}
            {columns.map(({ key, title, width, end, role }) =>
              title === '' ? (
                <td key={key} data-role={role} style={{ width }} />
              ) : (
                <th key={key} scope="col" data-role={role} data-end={end} style={{ width }}>
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={idOf(row)} row={row} id={idOf(row)} {...{ columns, onOpen, selected, choice }} tone={toneOf?.(row)} />
          ))}
        </tbody>
      </table>
      {foot && <div className={css.foot}>{foot}</div>}
    </>
  );
}

interface RowProps<T> extends Pick<Props<T>, 'columns' | 'onOpen' | 'selected' | 'choice'> {
  row: T;
  id: string;
  tone: string | undefined;
}

function Row<T>({ row, id, columns, onOpen, selected, choice, tone }: RowProps<T>) {
  const t = useT();
  const open = (event: MouseEvent): void => {
    if (!(event.target as Element).closest('a, button, input, label')) onOpen?.(id);
  };
  const first = columns.find(({ role }) => role === 'primary');
  return (
    <tr data-id={id} data-opens={onOpen !== undefined} data-tone={tone} data-selected={id === selected} onClick={open}>
      {choice && (
        <td className={css.check}>
          <Checkbox
            size="xs"
            checked={choice.ids.has(id)}
            aria-label={`${t.keyboard.names.select}: ${choice.nameOf(id)}`}
            onChange={(event) => choice.toggle(id, (event.nativeEvent as unknown as globalThis.MouseEvent).shiftKey)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.key} data-role={column.role} data-end={column.end} className={column.end ? 'num' : undefined}>
          {column === first && onOpen ? (
            <button type="button" className={css.name} onClick={() => onOpen(id)} aria-expanded={id === selected}>
              {column.cell(row)}
            </button>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

interface FootProps {
  shown: number;
  hasMore: boolean;
  loading: boolean;
  onMore: () => void;
  children?: ReactNode;
}

/** The foot of a list that is read page by page. */
export function MoreRows({ shown, hasMore, loading, onMore, children }: FootProps) {
  const t = useT();
  return (
    <>
      <span>{t.actions.shown(shown)}</span>
      {hasMore && (
        <Button variant="default" loading={loading} onClick={onMore}>
          {t.actions.more}
        </Button>
      )}
      {children}
    </>
  );
}
