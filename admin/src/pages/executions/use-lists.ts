import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { openQuery, type Row } from '../../api/executions.ts';
import { events } from '../../live/event-stream.ts';
import { isFinal } from '../../live/patches.ts';
import { type ExecutionsSearch, type Status, windowOf } from './search.ts';

/** An execution that ended keeps its row for this time, with its outcome. */
const LINGER_MS = 2500;

/** What has not ended. It is read again when something was submitted or ended, at most once in 2.5 s. */
export function useOpen(search: ExecutionsSearch): readonly Row[] {
  const client = useQueryClient();
  const query = useQuery(openQuery(search));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = events.watch((event) => {
      if (event.version > 1 && !isFinal(event.status)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ['executions', 'open'] });
      }, LINGER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client]);
  return useMemo(() => {
    const rows = query.data ?? [];
    return windowOf(search, 0).fixed ? [] : rows.filter(({ status }) => search.status?.includes(status as Status) ?? true);
  }, [query.data, search]);
}

/** How many executions ended since the list was read. They wait behind a button and never shift the rows that are being read. */
export function useFresh(search: ExecutionsSearch, fetchedAt: number): number {
  const { status, taskName } = search;
  const { fixed } = windowOf(search, 0);
  const list = JSON.stringify([fetchedAt, status, taskName]);
  const [fresh, setFresh] = useState<{ list: string; ids: ReadonlySet<string> }>({ list, ids: new Set() });
  useEffect(() => {
    if (fixed) return;
    return events.watch((event) => {
      const receivedAt = Date.now();
      const matches = (taskName?.includes(event.taskName) ?? true) && (status?.includes(event.status as Status) ?? true);
      if (!isFinal(event.status) || receivedAt < fetchedAt || !matches) return;
      setFresh((known) => ({ list, ids: new Set(known.list === list ? known.ids : []).add(event.executionId) }));
    });
  }, [list, fetchedAt, taskName, status, fixed]);
  return fresh.list === list ? fresh.ids.size : 0;
}

export interface Checked {
  readonly ids: ReadonlySet<string>;
  toggle: (id: string, range?: boolean) => void;
  replace: (ids: readonly string[]) => void;
}

/** The chosen rows. With Shift: all between the last chosen row and this one. */
export function useChecked(order: readonly string[]): Checked {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return useMemo(
    () => ({
      ids,
      toggle: (id, range = false) => setIds((old) => toggled(old, id, range ? order : [])),
      replace: (next) => setIds(new Set(next)),
    }),
    [ids, order],
  );
}

function toggled(old: ReadonlySet<string>, id: string, order: readonly string[]): ReadonlySet<string> {
  const next = new Set(old);
  const last = [...old].at(-1);
  if (order.length > 0 && last !== undefined) {
    const [from = 0, to = 0] = [order.indexOf(last), order.indexOf(id)].toSorted((a, b) => a - b);
    for (const one of order.slice(Math.max(0, from), to + 1)) next.add(one);
  } else if (!next.delete(id)) next.add(id);
  return next;
}
