import { useT } from '../../i18n/i18n.tsx';
import css from './quota-dots.module.css';

/** More dots than this are a number. */
const MOST_DOTS = 12;

/** How many of today's publications are used or taken. */
export function QuotaDots({ used, quota }: { used: number; quota: number | null }) {
  const t = useT();
  const label = quota === null ? t.pool.today(used) : t.pool.quota(used, quota);
  if (quota === null || quota > MOST_DOTS) return <span className={css.number}>{label}</span>;
  return (
    <span className={css.dots} role="img" aria-label={label} title={label}>
      {Array.from({ length: quota }, (_, index) => (
        <i key={index} data-used={index < used} />
      ))}
    </span>
  );
}
