import { Checkbox } from '@mantine/core';
import { memo, type MouseEvent, useEffect, useMemo, useState } from 'react';
import type { Row } from '../../api/executions.ts';
import { useT } from '../../i18n/i18n.tsx';
import { ErrorCode } from '../../ui/error-code.tsx';
import { Ago } from '../../ui/time.tsx';
import { AttemptCell, NextCell, ProgressCell, StateCell, subjectOf, TookCell } from './cells.tsx';
import css from './executions-table.module.css';

interface RowProps {
  row: Row;
  columns: ReadonlySet<string>;
  selected: boolean;
  checked: boolean;
  onOpen: (id: string) => void;
  onCheck: (id: string, range: boolean) => void;
}

const TableRow = memo(function TableRow({ row, columns, selected, checked, onOpen, onCheck }: RowProps) {
  const t = useT();
  const { executionId, taskName, params, error } = row;
  const subject = subjectOf(params);
  const open = (event: MouseEvent): void => {
    if (!(event.target as Element).closest('button, input, label')) onOpen(executionId);
  };
  return (
    <tr data-selected={selected} data-id={executionId} onClick={open}>
      <td className={css.check}>
        <Checkbox
          size="xs"
          checked={checked}
          aria-label={`${t.executions.select} ${taskName} ${executionId.slice(-6)}`}
          onChange={(event) => onCheck(executionId, (event.nativeEvent as unknown as globalThis.MouseEvent).shiftKey)}
        />
      </td>
      <td className={css.state}>
        <StateCell row={row} />
      </td>
      <td className={css.task}>
        <button type="button" className={css.name} onClick={() => onOpen(executionId)} aria-expanded={selected}>
          {taskName}
        </button>
      </td>
      {columns.has('subject') && (
        <td className={css.subject}>
          {subject !== '' && <span className={css.about}>{subject}</span>}
          {error && (
            <span className={css.error}>
              <ErrorCode code={error.code} /> {error.message}
            </span>
          )}
          <ProgressCell row={row} />
          <NextCell row={row} />
        </td>
      )}
      {columns.has('attempt') && (
        <td className={`${css.attempt} num`}>
          <AttemptCell row={row} />
        </td>
      )}
      {columns.has('queue') && <td className={`${css.queue} quiet`}>{row.queue}</td>}
      {columns.has('priority') && <td className={`${css.priority} num quiet`}>{row.priority}</td>}
      {columns.has('submitted') && (
        <td className={`${css.submitted} num quiet`}>
          <Ago at={row.createdAt} />
        </td>
      )}
      {columns.has('took') && (
        <td className={`${css.took} num`}>
          <TookCell row={row} />
        </td>
      )}
    </tr>
  );
});

interface Props {
  open: readonly Row[];
  ended: readonly Row[];
  /** Keys of the columns beside state and task. */
  columns: ReadonlySet<string>;
  selected: string | undefined;
  checked: ReadonlySet<string>;
  onOpen: (id: string) => void;
  onCheck: (id: string, range: boolean) => void;
  onCheckAll: (ids: string[]) => void;
}

/** Of what has not ended, so many rows are shown until the reader asks for all. */
const OPEN_SHOWN = 5;
/** The box, state and task. */
const FIXED_COLUMNS = 3;
const CHOOSABLE = ['subject', 'attempt', 'queue', 'priority', 'submitted', 'took'] as const;

export function ExecutionsTable({ open, ended, columns, selected, checked, onOpen, onCheck, onCheckAll }: Props) {
  const t = useT();
  const [allOpen, setAllOpen] = useState(false);
  const shownOpen = allOpen ? open : open.slice(0, OPEN_SHOWN);
  const ids = [...shownOpen, ...ended].map(({ executionId }) => executionId);
  const names = t.executions.columns;
  // A new set for each render would paint every row anew.
  const key = [...columns].join();
  const shown = useMemo(() => new Set(key.split(',')), [key]);
  const width = FIXED_COLUMNS + columns.size;
  useEffect(() => {
    if (selected !== undefined) document.querySelector(`tr[data-id="${selected}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const tableRow = (row: Row) => {
    const id = row.executionId;
    return (
      <TableRow key={id} row={row} columns={shown} selected={id === selected} checked={checked.has(id)} onOpen={onOpen} onCheck={onCheck} />
    );
  };
  return (
    <table className={css.table} aria-label={t.executions.title}>
      <thead>
        <tr>
          <th className={css.check}>
            <Checkbox
              size="xs"
              aria-label={t.executions.selectAll}
              checked={ids.length > 0 && ids.every((id) => checked.has(id))}
              indeterminate={checked.size > 0 && !ids.every((id) => checked.has(id))}
              onChange={() => onCheckAll(checked.size > 0 ? [] : ids)}
            />
          </th>
          <th scope="col" className={css.state}>
            {names.state}
          </th>
          <th scope="col" className={css.task}>
            {names.task}
          </th>
          {CHOOSABLE.filter((one) => columns.has(one)).map((one) => (
            <th key={one} scope="col" className={css[one]}>
              {names[one]}
            </th>
          ))}
        </tr>
      </thead>
      {shownOpen.length > 0 && (
        <tbody>
          <tr className={css.group}>
            <th colSpan={width} scope="rowgroup">
              {t.executions.open} <span className="num">{open.length}</span>
              {open.length > OPEN_SHOWN && !allOpen && (
                <button type="button" onClick={() => setAllOpen(true)}>
                  {t.executions.allOpen(open.length)}
                </button>
              )}
            </th>
          </tr>
          {shownOpen.map(tableRow)}
        </tbody>
      )}
      {ended.length > 0 && (
        <tbody>
          {shownOpen.length > 0 && (
            <tr className={css.group}>
              <th colSpan={width} scope="rowgroup">
                {t.executions.ended}
              </th>
            </tr>
          )}
          {ended.map(tableRow)}
        </tbody>
      )}
    </table>
  );
}
