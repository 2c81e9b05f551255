import css from './strip.module.css';

export type StripTone = 'quiet' | 'failed' | 'open' | 'skipped' | 'none';

export interface StripItem {
  key: string;
  tone: StripTone;
  title: string;
}

/** The last outcomes, oldest first, one mark each: what went wrong is tall and red, the rest is grey. */
export function Strip({ items, label }: { items: readonly StripItem[]; label: string }) {
  return (
    <span className={css.strip} role="img" aria-label={label}>
      {items.map(({ key, tone, title }) => (
        <i key={key} data-tone={tone} title={title} />
      ))}
    </span>
  );
}

/** A share as a thin bar. */
export function Meter({ value, max, label, tone }: { value: number; max: number; label: string; tone?: 'alarm' | undefined }) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <span
      className={css.meter}
      data-tone={tone}
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
    >
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}
