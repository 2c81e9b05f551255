import { useT } from '../../i18n/i18n.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { type Status, STATUSES } from './search.ts';
import css from './state-chips.module.css';

interface Props {
  chosen: readonly Status[];
  counts: Readonly<Record<string, number>>;
  /** Statuses whose number is an estimate. */
  approximate: ReadonlySet<string> | undefined;
  onChange: (next: Status[] | undefined) => void;
}

/** One chip for each state with its number, which the chosen states do not change. */
export function StateChips({ chosen, counts, approximate, onChange }: Props) {
  const t = useT();
  return (
    <div className={css.states} role="group" aria-label={t.executions.columns.state}>
      {STATUSES.map((status) => {
        const on = chosen.includes(status);
        const rest = chosen.filter((one) => one !== status);
        const next = on ? rest : [...rest, status];
        return (
          <button
            key={status}
            type="button"
            aria-pressed={on}
            className={css.chip}
            data-status={status}
            data-empty={(counts[status] ?? 0) === 0}
            onClick={() => onChange(next.length > 0 ? next : undefined)}
          >
            <StateMark state={status} />{' '}
            <span className="num">
              {approximate?.has(status) ? '≈ ' : ''}
              {counts[status] ?? 0}
            </span>
          </button>
        );
      })}
    </div>
  );
}
