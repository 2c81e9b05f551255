import { describe, expect, it } from '@jest/globals';
import type { Notifications } from '../../platform/database/notifications.ts';
import type { ClaimSource } from '../task-queue.ts';
import { PostgresTaskQueue } from './postgres.ts';

const TASKS = 60;
const NO_POLLING_MS = 60_000;

/** Calls all listeners in the same order, as PostgreSQL does. */
function fakeNotifications() {
  const listeners: ((payload: string) => void)[] = [];
  const listen = (_channel: string, listener: (payload: string) => void) => {
    listeners.push(listener);
    return () => undefined;
  };
  return { listen, notify: (_channel: string, payload: string) => listeners.forEach((listener) => listener(payload)) };
}

describe('PostgresTaskQueue', () => {
  it('lets each idle process be the first for some tasks', async () => {
    const notifications = fakeNotifications() as unknown as Notifications;
    const open = () => new PostgresTaskQueue({} as ClaimSource, notifications, NO_POLLING_MS);
    const [announcing, ...waiting] = [open(), open(), open(), open()];
    const winners = new Set<number | undefined>();
    for (let task = 0; task < TASKS; task++) {
      const looks: number[] = [];
      const woken = waiting.map((queue, i) => queue.waitForWork('default', new AbortController().signal).then(() => looks.push(i)));
      announcing?.announce([{ id: 'a-task', queue: 'default' }]);
      await Promise.all(woken);
      winners.add(looks[0]);
    }
    expect(winners).toEqual(new Set([0, 1, 2]));
  });
});
