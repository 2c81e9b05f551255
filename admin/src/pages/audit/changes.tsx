import { useState } from 'react';
import type { OperationView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import css from './changes.module.css';

/** More changes than this are behind a button. */
const SHOWN = 3;

/** Why a change was made, and each changed member with its values before and after. */
export function Changes({ reason, changes }: Pick<OperationView, 'reason' | 'changes'>) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const all = changes ?? [];
  const shown = isOpen ? all : all.slice(0, SHOWN);
  return (
    <>
      {reason !== null && <p className={css.reason}>{reason}</p>}
      {shown.length > 0 && (
        <dl className={css.changes}>
          {shown.map(({ field, before, after }) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>
                {before !== undefined && <del aria-label={t.audit.before(before)}>{before}</del>}{' '}
                {after !== undefined && <ins aria-label={t.audit.after(after)}>{after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {all.length > SHOWN && (
        <button type="button" className={css.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t.audit.fewer : t.audit.more(all.length - SHOWN)}
        </button>
      )}
    </>
  );
}
