import { useFormat } from '../i18n/i18n.tsx';
import { useNow } from '../live/clock.ts';

/** "3 min ago", the full time on hover. */
export function Ago({ at }: { at: string | null | undefined }) {
  const format = useFormat();
  const now = useNow();
  if (!at) return <span className="quiet">–</span>;
  return (
    <time dateTime={at} title={format.full(at)}>
      {format.ago(at, now)}
    </time>
  );
}

/** Month, day, hour and minute. */
export function Moment({ at }: { at: string | null | undefined }) {
  const format = useFormat();
  if (!at) return <span className="quiet">–</span>;
  return (
    <time dateTime={at} title={format.full(at)}>
      {format.dayTime(at)}
    </time>
  );
}
