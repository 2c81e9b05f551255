import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Notifications } from './notifications.ts';
import type { Pools } from './pools.ts';

const query = jest.fn<(text: string, values: [string]) => Promise<void>>().mockResolvedValue(undefined);
const sent = () => query.mock.calls.map(([, [rows]]) => (JSON.parse(rows) as { payload: string }[]).map(({ payload }) => payload));

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  query.mockClear();
});
afterEach(() => {
  jest.useRealTimers();
});

it('sends the first notification after a pause at once, and those of the next 5 ms together', async () => {
  const notifications = new Notifications({ engine: { query } } as unknown as Pools);
  notifications.notify('channel', 'first');
  await jest.advanceTimersByTimeAsync(1);
  expect(sent()).toEqual([['first']]);
  notifications.notify('channel', 'second');
  await jest.advanceTimersByTimeAsync(3);
  notifications.notify('channel', 'third');
  notifications.notify('channel', 'second');
  expect(sent()).toEqual([['first']]);
  await jest.advanceTimersByTimeAsync(3);
  expect(sent()).toEqual([['first'], ['second', 'third']]);
  await jest.advanceTimersByTimeAsync(10);
  notifications.notify('channel', 'fourth');
  await jest.advanceTimersByTimeAsync(1);
  expect(sent()).toEqual([['first'], ['second', 'third'], ['fourth']]);
});

it('sends one statement at a time, and what came meanwhile in the next one', async () => {
  const gate = Promise.withResolvers<void>();
  query.mockReturnValueOnce(gate.promise);
  const notifications = new Notifications({ engine: { query } } as unknown as Pools);
  for (const payload of ['first', 'second', 'third']) {
    notifications.notify('channel', payload);
    await jest.advanceTimersByTimeAsync(10);
  }
  expect(sent()).toEqual([['first']]);
  gate.resolve();
  await jest.advanceTimersByTimeAsync(10);
  expect(sent()).toEqual([['first'], ['second', 'third']]);
});
