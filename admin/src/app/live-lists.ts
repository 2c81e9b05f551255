import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { events } from '../live/event-stream.ts';
import type { LiveEvent } from '../live/live-event.ts';
import { isFinal } from '../live/patches.ts';

/** Events of one moment are read once. */
const SETTLE_MS = 800;

/** Lists that an event makes old. What cells patch by themselves is not among them. */
function listsOf(event: LiveEvent, client: QueryClient): readonly QueryKey[] {
  switch (event.name) {
    case 'content': {
      const { contentId } = event.data;
      // Not the queue of the review: it must not move while it is read.
      const lists: QueryKey[] = [['contents', 'counts'], ['contents', 'list'], ['pool', 'unscheduled'], ['topics']];
      return [...lists, ['contents', 'one', contentId], ['contents', 'reviews', contentId]];
    }
    case 'alert':
      return [
        ['alerts', 'list'],
        ['alerts', 'one', event.data.alertId],
      ];
    case 'pool_entry': {
      const { entryId } = event.data;
      return [
        ['pool', 'entries'],
        ['pool', 'unscheduled'],
        ['pool', 'one', entryId],
        ['pool', 'history', entryId],
      ];
    }
    case 'schedule': {
      const { scheduleId } = event.data;
      if (scheduleId === null) return [['schedules', 'system']];
      return [
        ['schedules', 'tasks'],
        ['schedules', 'one', scheduleId],
        ['schedules', 'history', scheduleId],
      ];
    }
    case 'queue':
      return differs(client, ['queues'], ({ name }) => name === event.data.name, 'paused', event.data.paused) ? [['queues']] : [];
    case 'agent':
      return differs(client, ['agents'], ({ id }) => id === event.data.id, 'status', event.data.status) ? [['agents']] : [];
    case 'execution': {
      const { status, version } = event.data;
      // The strips of schedules show how their last tasks ended.
      if (isFinal(status))
        return [
          ['schedules', 'history'],
          ['content-tasks', 'list'],
        ];
      return version === 1 ? [['content-tasks', 'list']] : [];
    }
  }
}

type Item = Readonly<Record<string, unknown>>;

/** True for a row that the list does not have, or has with another value of the member. */
function differs(client: QueryClient, key: QueryKey, isIt: (item: Item) => boolean, member: string, value: unknown): boolean {
  const items = client.getQueryData<{ items: Item[] }>(key)?.items;
  return items !== undefined && items.find(isIt)?.[member] !== value;
}

/** Reads lists again that have become old, at most once in 800 ms; those of pages that are not open when they are opened. */
export function followLists(client: QueryClient): void {
  const old = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  events.watchAll((event) => {
    for (const key of listsOf(event, client)) old.set(key.join('/'), key);
    if (old.size === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const queryKey of old.values()) void client.invalidateQueries({ queryKey });
      old.clear();
    }, SETTLE_MS);
  });
  events.onReset(() => void client.invalidateQueries());
}
