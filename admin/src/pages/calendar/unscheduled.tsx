import { useQuery } from '@tanstack/react-query';
import { unscheduledQuery } from '../../api/pool.ts';
import type { ContentSummary } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import type { Calendar } from './cells.ts';
import type { Carried } from './use-picked.ts';
import css from './unscheduled.module.css';

interface Props {
  calendar: Calendar;
  picked: string | undefined;
  onDrag: (carried: Carried | null) => void;
  onPick: (carried: Carried) => void;
  onNextSlot: (content: ContentSummary) => void;
}

/** What is approved and has no time yet, to be dragged to a day, or by keys: Space, arrows, Enter. A click takes the next free slot. */
export function Unscheduled({ calendar, picked, onDrag, onPick, onNextSlot }: Props) {
  const t = useT();
  const can = useCan();
  const query = useQuery(unscheduledQuery);
  const nameOf = new Map(calendar.accounts.map(({ id, name }) => [id, name]));
  return (
    <aside className={css.column} aria-label={t.calendar.unscheduled}>
      <h2>
        {t.calendar.unscheduled} <span className="quiet num">{query.data?.length}</span>
      </h2>
      <QueryView query={query} rows={3}>
        {(contents) => {
          const shown = contents.filter(({ accountId }) => nameOf.has(accountId));
          if (shown.length === 0) return <p className="quiet">{t.calendar.allScheduled}</p>;
          return (
            <ul>
              {shown.map((content) => {
                const carried: Carried = { id: content.id, accountId: content.accountId, title: content.title, item: null };
                return (
                  <li key={content.id}>
                    <button
                      type="button"
                      className={css.content}
                      draggable={can('content:publish')}
                      disabled={!can('content:publish')}
                      data-picked={picked === content.id}
                      title={t.calendar.dragHint}
                      onDragStart={(event) => {
                        event.dataTransfer.setData('text/plain', content.id);
                        onDrag(carried);
                      }}
                      onDragEnd={() => onDrag(null)}
                      onKeyDown={(event) => {
                        if (event.key !== ' ') return;
                        event.preventDefault();
                        event.stopPropagation();
                        onPick(carried);
                      }}
                      onClick={() => onNextSlot(content)}
                    >
                      <span className="quiet">{nameOf.get(content.accountId)}</span>
                      <b>{content.title}</b>
                    </button>
                  </li>
                );
              })}
            </ul>
          );
        }}
      </QueryView>
    </aside>
  );
}
