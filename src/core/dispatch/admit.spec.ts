import { expect, it } from '@jest/globals';
import { admit } from './admit.ts';
import type { Room } from './limit.ts';

const room = (key: string, slots: number): Room => ({ key, slots, passes: Number.POSITIVE_INFINITY, tokens: null, nextPassMs: null });
const waiting = ['a', 'a', 'cap:gpu', 'b', null].map((lane, id) => ({ id, lane }));

it('lets pass in order what its limits and the capabilities allow', () => {
  const admitted = admit(waiting, { wanted: 9, rooms: [room('a', 1), room('b', 0)], capabilities: new Set<string>() });
  expect(admitted.map(({ id }) => id)).toEqual([0, 4]);
});

it('lets pass as many as are wanted', () => {
  expect(admit(waiting, { wanted: 3, rooms: [], capabilities: undefined }).map(({ id }) => id)).toEqual([0, 1, 2]);
});
