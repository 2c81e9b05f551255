import type { DayView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import css from './day-bars.module.css';

const HEIGHT = 64;

/** One bar for each day: completed grey, failed and timed out red on top. */
export function DayBars({ days }: { days: readonly DayView[] }) {
  const t = useT();
  const format = useFormat();
  const most = Math.max(1, ...days.map(({ completed, failed, timeout }) => completed + failed + timeout));
  return (
    <div className={css.bars} role="img" aria-label={t.tasks.days}>
      {days.map(({ day, completed, failed, timeout }) => (
        <span
          key={day}
          title={`${format.day(`${day}T12:00:00Z`)}: ${completed} ${t.state.completed}, ${failed + timeout} ${t.state.failed}`}
        >
          <i data-kind="failed" style={{ blockSize: ((failed + timeout) / most) * HEIGHT }} />
          <i style={{ blockSize: (completed / most) * HEIGHT }} />
          <small className="num">{Number(day.slice(8))}</small>
        </span>
      ))}
    </div>
  );
}
