import { type DragEvent, type ReactNode, useState } from 'react';
import { localOf } from '../../features/pool/days.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { quotaOf } from '../../features/pool/slots.ts';
import { useT } from '../../i18n/i18n.tsx';
import { QuotaDots } from '../../features/pool/quota-dots.tsx';
import { Link } from '@tanstack/react-router';
import type { Calendar, Item } from './cells.ts';
import css from './grid.module.css';
import { ItemCard } from './item-card.tsx';
import { MOST_ITEMS, shownItems } from './shown-items.ts';
import type { Carried, Picked } from './use-picked.ts';

export interface GridProps {
  calendar: Calendar;
  days: readonly string[];
  now: number;
  selected: string | undefined;
  picked: Picked | null;
  /** What the mouse carries. */
  dragged: Carried | null;
  /** The entry that was dropped last. */
  moved: string | undefined;
  onDrag: (carried: Carried | null) => void;
  onDrop: (carried: Carried, day: string) => void;
  onOpen: (id: string) => void;
  /** The first card, which the Tab key reaches. */
  first: string | undefined;
}

export const carriedOf = (item: Item | null): Carried | null =>
  item?.entry ? { id: item.id, accountId: item.account.id, title: item.entry.title, item } : null;

interface CellProps extends Omit<GridProps, 'calendar' | 'days' | 'now'> {
  at: string;
  day: string;
  label: string;
  items: readonly Item[];
  /** Undefined where a cell takes cards of every account. */
  accountId?: string;
  today: boolean;
  children?: ReactNode;
}

const isPost = ({ entry }: Item): boolean => entry !== null;

function Cell(props: CellProps) {
  const { at, day, label, items, accountId, today, children, selected, picked, dragged, moved, onDrag, onDrop, onOpen, first } = props;
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? items : shownItems(items, [first, selected, picked?.id, moved]);
  const posts = items.filter(isPost).length - shown.filter(isPost).length;
  const slots = items.length - shown.length - posts;
  const rest = items.length <= MOST_ITEMS + 1 ? null : isOpen ? t.calendar.fewer : t.calendar.more(posts, slots);
  const takes = (carried: Carried | null): carried is Carried =>
    carried !== null && (accountId === undefined || carried.accountId === accountId);
  const isTarget = takes(picked) && picked.day === day;
  const over = (event: DragEvent): void => {
    if (takes(dragged)) event.preventDefault();
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    if (takes(dragged)) onDrop(dragged, day);
  };
  return (
    <td
      className={css.cell}
      data-cell={at}
      data-day={day}
      data-today={today}
      data-target={isTarget}
      data-takes={takes(dragged)}
      aria-label={items.length === 0 ? label : undefined}
      tabIndex={-1}
      onDragOver={over}
      onDrop={drop}
    >
      {children}
      {isTarget && !items.some(({ id }) => id === picked.id) && <div className={css.ghost}>{picked.title}</div>}
      {shown.map((item) => (
        <ItemCard
          key={item.id}
          item={item}
          named={accountId === undefined}
          picked={picked?.id === item.id}
          selected={selected === item.id}
          tabIndex={first === item.id ? 0 : -1}
          onOpen={onOpen}
          onDrag={(next) => onDrag(carriedOf(next))}
        />
      ))}
      {rest !== null && (
        <button
          type="button"
          className={css.more}
          data-more={posts}
          aria-expanded={isOpen}
          aria-label={`${rest}, ${label}`}
          tabIndex={-1}
          onClick={() => setOpen(!isOpen)}
        >
          {rest}
        </button>
      )}
    </td>
  );
}

/** Accounts × days. Each row has the days of its own time zone. */
export function WeekGrid(props: GridProps) {
  const { calendar, days, now } = props;
  const t = useT();
  const format = useDayFormat();
  return (
    <table className={css.grid} role="grid" aria-label={t.calendar.week}>
      <thead>
        <tr>
          <th scope="col">{t.calendar.account}</th>
          {days.map((day) => (
            <th key={day} scope="col" data-weekend={[0, 6].includes(new Date(day).getUTCDay())}>
              {format.weekday(day)} <b>{format.day(day)}</b>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {calendar.accounts.map((account, row) => {
          const local = localOf(now, account.timeZone);
          const today = local.slice(0, 10);
          const used = calendar.takenOf(account.id).filter((time) => time.startsWith(today)).length;
          return (
            <tr key={account.id}>
              <th scope="row" className={css.account}>
                <Link to="/accounts/$accountId" params={{ accountId: account.id }}>
                  {account.name}
                </Link>
                <span className={css.zone}>
                  {account.timeZone} {local.slice(11)}
                </span>
                {days.includes(today) && <QuotaDots used={used} quota={quotaOf(account)} />}
                {(account.publishingPaused || account.status === 'paused') && <span className={css.paused}>{t.calendar.paused}</span>}
              </th>
              {days.map((day, column) => (
                <Cell
                  key={day}
                  {...props}
                  at={`${row} ${column}`}
                  day={day}
                  accountId={account.id}
                  items={calendar.itemsOf(account.id, day)}
                  label={`${account.name}, ${format.full(day)}`}
                  today={day === today}
                />
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The weeks of a single account below each other, with its free slots. */
export function SingleGrid(props: GridProps & { today: string }) {
  const t = useT();
  const format = useDayFormat();
  return (
    <WeeksGrid {...props} label={t.calendar.week} view="single">
      {(day) => <span className={css.date}>{format.day(day)}</span>}
    </WeeksGrid>
  );
}

/** Weeks × days, the cards of all accounts together. Free slots are shown of one account only; those of many would cover the cards. */
export function MonthGrid({ month, ...props }: GridProps & { month: string; today: string }) {
  const t = useT();
  return (
    <WeeksGrid {...props} label={t.calendar.views.month} view="month">
      {(day) => (
        <span className={css.date} data-other={day.slice(0, 7) !== month.slice(0, 7)}>
          {Number(day.slice(8))}
        </span>
      )}
    </WeeksGrid>
  );
}

interface WeeksProps extends GridProps {
  label: string;
  view: 'month' | 'single';
  today: string;
  /** Over the cards of a day. */
  children: (day: string) => ReactNode;
}

function WeeksGrid({ label, view, children, ...props }: WeeksProps) {
  const { calendar, days, today } = props;
  const format = useDayFormat();
  const [only] = calendar.accounts.length === 1 ? calendar.accounts : [];
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <table className={css.grid} role="grid" aria-label={label} data-view={view}>
      <thead>
        <tr>
          {days.slice(0, 7).map((day) => (
            <th key={day} scope="col">
              {format.weekday(day)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week, row) => (
          <tr key={week[0]}>
            {week.map((day, column) => (
              <Cell
                key={day}
                {...props}
                at={`${row} ${column}`}
                day={day}
                {...(only && { accountId: only.id })}
                items={calendar.itemsOn(day).filter(({ entry }) => entry !== null || only !== undefined)}
                label={view === 'single' ? `${format.weekday(day)} ${format.day(day)}` : format.full(day)}
                today={day === today}
              >
                {children(day)}
              </Cell>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
