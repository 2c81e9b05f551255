import type { PoolEntryView } from '../../api/pool.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useNow } from '../../live/clock.ts';
import css from './pool.module.css';

/** What is published next, and how long that takes. Only this line follows the clock. */
export function NextDeparture({ entry, onOpen }: { entry: PoolEntryView | undefined; onOpen: (id: string) => void }) {
  const t = useT();
  const days = useDayFormat();
  if (!entry) return null;
  return (
    <section className={css.next} aria-label={t.pool.nextDue}>
      <span className={css.clock}>{entry.scheduledLocal.slice(11)}</span>
      <div>
        <p className={css.when}>
          <Countdown at={entry.scheduledAt} /> · {days.dated(entry.scheduledLocal)} {entry.timeZone}
        </p>
        <button type="button" className={css.title} onClick={() => onOpen(entry.id)}>
          {entry.title}
        </button>
        <p className="quiet">
          {entry.accountName} → {entry.channelName}
        </p>
      </div>
    </section>
  );
}

function Countdown({ at }: { at: string }) {
  const t = useT();
  const format = useFormat();
  const left = Date.parse(at) - useNow();
  return <b className="num">{left <= 0 ? t.pool.due : format.took(left)}</b>;
}
