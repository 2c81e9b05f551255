import { useT } from '../../i18n/i18n.tsx';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { Empty } from '../../ui/states.tsx';
import css from './agenda.module.css';
import { carriedOf, type GridProps } from './grid.tsx';
import { ItemCard } from './item-card.tsx';

/** The same cards by day, for a phone and for reading. Days without a card are left out. */
export function Agenda({ calendar, days, selected, onOpen, onDrag }: GridProps) {
  const t = useT();
  const format = useDayFormat();
  const filled = days.map((day) => ({ day, items: calendar.itemsOn(day) })).filter(({ items }) => items.length > 0);
  if (filled.length === 0) return <Empty title={t.calendar.nothing}>{t.calendar.nothingHint}</Empty>;
  return (
    <div className={css.agenda}>
      {filled.map(({ day, items }) => (
        <section key={day}>
          <h2>{format.full(day)}</h2>
          <div className={css.items}>
            {items.map((item) => (
              <ItemCard
                key={item.id}
                item={item}
                named
                selected={selected === item.id}
                onOpen={onOpen}
                onDrag={(next) => onDrag(carriedOf(next))}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
