import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Actor, agentOwner, formatActor, isSameActor, parseActor } from './actor.ts';

const ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';

describe('an actor', () => {
  it('is read from the text that stores it, whatever its name', () => {
    const callers = fc.record({ type: fc.constantFrom('user' as const, 'key' as const), id: fc.uuid(), name: fc.string() });
    fc.assert(fc.property(callers, (actor: Actor) => expect(parseActor(formatActor(actor))).toEqual(actor)));
  });

  it.each<[string, Actor]>([
    [agentOwner('gpu-1', ID, 'b1'), { type: 'agent', id: ID, name: 'gpu-1' }],
    [`host:17:${ID}`, { type: 'worker', id: `host:17:${ID}`, name: `host:17:${ID}` }],
    ['dependency', { type: 'system', id: null, name: 'dependency' }],
    ['loop:host:17:x', { type: 'system', id: null, name: 'loop:host:17:x' }],
    ['key: a note', { type: 'system', id: null, name: 'key: a note' }],
  ])('%s is %j', (text, actor) => {
    expect(parseActor(text)).toEqual(actor);
  });
});

it.each([
  [`user:${ID}:ann`, `user:${ID}:anna`, true],
  [`user:${ID}:ann`, `key:${ID}:ann`, false],
  [`user:${ID}:ann`, `user:${ID.replace('0', '1')}:ann`, false],
  ['dependency', 'dependency', true],
  ['dependency', 'schedule', false],
])('%s and %s are the same actor: %s', (one, other, same) => {
  expect(isSameActor(one, other)).toBe(same);
});
