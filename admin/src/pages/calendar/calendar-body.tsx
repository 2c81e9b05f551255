import { useMemo, useState } from 'react';
import type { PoolEntryView } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { localOf } from '../../features/pool/days.ts';
import { timeOn } from '../../features/pool/slots.ts';
import type { PoolActs } from '../../features/pool/use-pool-acts.ts';
import { useT } from '../../i18n/i18n.tsx';
import { readerZone } from '../../i18n/reader-zone.ts';
import { useCan } from '../../session/session.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Agenda } from './agenda.tsx';
import css from './calendar-body.module.css';
import { calendarOf } from './cells.ts';
import { MonthGrid, SingleGrid, WeekGrid } from './grid.tsx';
import type { CalendarViewName } from './search.ts';
import { Unscheduled } from './unscheduled.tsx';
import { type Carried, usePicked } from './use-picked.ts';

interface Props {
  view: CalendarViewName;
  days: readonly string[];
  from: string;
  accounts: AccountView[];
  entries: readonly PoolEntryView[];
  acts: PoolActs;
  now: number;
  selected: string | undefined;
  onOpen: (id: string) => void;
  onClose: () => void;
  onMove: (entry: PoolEntryView) => void;
}

/** The card that has the focus. */
const focused = (): string => (document.activeElement as HTMLElement | null)?.dataset.item ?? '';

/** Puts the focus back on a card that was drawn anew in another cell. */
function focusCard(id: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"]`)?.focus(), 100);
}

export function CalendarBody({ view, days, from, accounts, entries, acts, now, selected, onOpen, onClose, onMove }: Props) {
  const t = useT();
  const can = useCan();
  const format = useDayFormat();
  // Free slots of several accounts would cover the cards of a month.
  const gaps = view !== 'month' || accounts.length === 1;
  const calendar = useMemo(() => calendarOf(accounts, entries, { days, now, gaps }), [accounts, entries, days, now, gaps]);
  const [dragged, setDragged] = useState<Carried | null>(null);
  const [moved, setMoved] = useState<string>();

  const drop = async ({ id, accountId, title, item }: Carried, day: string): Promise<void> => {
    setDragged(null);
    const account = accounts.find((one) => one.id === accountId);
    if (!account || item?.day === day) return;
    if (item?.entry) {
      setMoved(id);
      // The time of day stays.
      if (await acts.move(item.entry, { at: `${day}T${item.time}` })) focusCard(id);
      return;
    }
    const time = timeOn(account, day, calendar.takenOf(accountId), localOf(now, account.timeZone));
    await acts.put({ id, title }, `${day}T${time}`);
  };
  const onDrop = (carried: Carried, day: string): void => void drop(carried, day);
  const isSingle = view === 'week' && accounts.length === 1;
  const { picked, pick, cancel, onKeyDown } = usePicked({
    canPick: can('content:publish'),
    calendar,
    days,
    rowDays: view === 'month' || isSingle ? 7 : 0,
    drop: onDrop,
  });

  const move = (): void => {
    const entry = calendar.find(focused())?.entry ?? calendar.find(selected ?? '')?.entry;
    if (entry?.status === 'pending' && can('content:publish')) onMove(entry);
  };
  useShortcuts({ m: move, z: () => void acts.undo(), Escape: () => (picked ? cancel() : onClose()) });

  const today = localOf(now, readerZone()).slice(0, 10);
  const first = days
    .flatMap((day) => calendar.itemsOn(day))
    .find(({ id, entry }) => (selected === undefined ? entry : id === selected))?.id;
  const props = { calendar, days, now, selected, picked, dragged, moved, onDrag: setDragged, onDrop, onOpen, first: first ?? firstGap() };
  function firstGap(): string | undefined {
    return days.flatMap((day) => calendar.itemsOn(day))[0]?.id;
  }

  return (
    <div className={css.body} onKeyDown={onKeyDown}>
      {view !== 'agenda' && (
        <Unscheduled
          calendar={calendar}
          picked={picked?.id}
          onDrag={setDragged}
          onPick={(carried) => pick(carried, days.includes(today) ? today : (days[0] ?? today))}
          onNextSlot={(content) => void acts.put(content)}
        />
      )}
      <div className={css.view}>
        {view === 'week' && (isSingle ? <SingleGrid {...props} today={today} /> : <WeekGrid {...props} />)}
        {view === 'month' && <MonthGrid {...props} month={from} today={today} />}
        {view === 'agenda' && <Agenda {...props} />}
      </div>
      <p className="sr" role="status">
        {picked && t.calendar.carrying(picked.title, format.full(picked.day))}
      </p>
    </div>
  );
}
