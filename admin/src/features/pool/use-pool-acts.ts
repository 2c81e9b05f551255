import { useCallback, useRef } from 'react';
import { moveEntry, publishNow, pullEntry, type PoolEntryView, restoreEntry, retryEntry, schedule, settleEntry } from '../../api/pool.ts';
import type { SettleBody } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useAct, useNotify } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { useDayFormat } from './day-format.ts';

/** What changes when entries change. */
const CHANGED = ['pool', 'contents'];

/** The acts on entries of the pool. `undo` takes back the last one that can be taken back. */
export function usePoolActs() {
  const t = useT();
  const act = useAct();
  const notify = useNotify();
  const days = useDayFormat();
  const last = useRef<(() => Promise<unknown>) | null>(null);

  const move = useCallback(
    (entry: PoolEntryView, change: { at?: string; priority?: number }) => {
      const at = days.moment(change.at ?? entry.scheduledLocal);
      const work = async (): Promise<void> => {
        const moved = await moveEntry(entry, change);
        last.current = () => moveEntry(moved, { at: entry.scheduledLocal, priority: entry.priority });
      };
      return act(work, t.pool.moved(entry.title, at), CHANGED);
    },
    [act, days, t],
  );

  /** One after the other in this order. What was moved before a failure stays and can be taken back. */
  const moveMany = useCallback(
    (changes: readonly { entry: PoolEntryView; at: string }[]) => {
      const undone: (() => Promise<unknown>)[] = [];
      const work = async (): Promise<void> => {
        last.current = async () => {
          for (const back of undone.splice(0).toReversed()) await back();
        };
        for (const { entry, at } of changes) {
          const moved = await moveEntry(entry, { at });
          undone.push(() => moveEntry(moved, { at: entry.scheduledLocal }));
        }
      };
      return act(work, t.pool.movedMany(changes.length), CHANGED);
    },
    [act, t],
  );

  const put = useCallback(
    (content: { id: string; title: string }, at?: string) => {
      const work = async (): Promise<void> => {
        const { items } = await schedule(content.id, at === undefined ? {} : { at });
        last.current = () => Promise.all(items.map((entry) => pullEntry(entry)));
      };
      const done = at === undefined ? t.pool.scheduledNext(content.title) : t.pool.moved(content.title, days.moment(at));
      return act(work, done, CHANGED);
    },
    [act, days, t],
  );

  const pull = useCallback(
    (entry: PoolEntryView) => {
      const work = async (): Promise<void> => {
        const pulled = await pullEntry(entry);
        last.current = () => restoreEntry(pulled);
      };
      return act(work, t.pool.pulled(entry.title), CHANGED);
    },
    [act, t],
  );

  const publish = async (entry: PoolEntryView): Promise<void> => {
    const text = t.pool.publishText(entry.accountName, entry.channelName);
    if (!(await confirm({ title: t.pool.publishQuestion(entry.title), text, action: t.pool.publishNow }))) return;
    await act(() => publishNow(entry), t.pool.publishing(entry.title), CHANGED);
  };

  const undo = async (): Promise<void> => {
    const work = last.current;
    last.current = null;
    if (work) await act(work, t.pool.undone, CHANGED);
    else notify(t.pool.nothingToUndo);
  };

  return {
    move,
    moveMany,
    put,
    pull,
    publish,
    undo,
    retry: (entry: PoolEntryView) => act(() => retryEntry(entry), t.pool.retried(entry.title), CHANGED),
    settle: (entry: PoolEntryView, body: SettleBody) =>
      act(() => settleEntry(entry, body), body.published ? t.pool.settledPublished(entry.title) : t.pool.retried(entry.title), CHANGED),
    restore: (entry: PoolEntryView) => act(() => restoreEntry(entry), t.pool.restored(entry.title), CHANGED),
  };
}

export type PoolActs = ReturnType<typeof usePoolActs>;
