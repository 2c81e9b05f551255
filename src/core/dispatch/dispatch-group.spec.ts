import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCapable, providerKey, taskKey, toDispatchGroup } from './dispatch-group.ts';

const words = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', '"', ',', '[', ']', '\\', '\0', '\ud800') }), { maxLength: 3 });

it('the keys of limits name the task or the provider', () => {
  expect([taskKey('generate'), providerKey('openai')]).toEqual(['task:generate', 'provider:openai']);
});

describe('the text of a dispatch group', () => {
  it('contains capabilities and keys', () => {
    expect(toDispatchGroup({ capabilities: ['llm', 'gpu'], keys: ['account:7', 'provider:openai'] })).toEqual({
      group: '["gpu","llm"]["account:7","provider:openai"]',
      capabilities: ['gpu', 'llm'],
      keys: ['account:7', 'provider:openai'],
    });
  });

  it('is null without capabilities and keys', () => {
    expect(toDispatchGroup({ capabilities: [], keys: [] })).toEqual({ group: null, capabilities: [], keys: [] });
  });

  it('is the same for the same capabilities in another order, and for repeated keys', () => {
    expect(toDispatchGroup({ capabilities: ['b', 'a', 'b'], keys: ['k', 'k'] })).toEqual(
      toDispatchGroup({ capabilities: ['a', 'b'], keys: ['k'] }),
    );
  });

  it('differs for different capabilities or keys', () => {
    fc.assert(
      fc.property(words, words, words, words, (capabilities, keys, otherCapabilities, otherKeys) => {
        const [one, other] = [
          toDispatchGroup({ capabilities, keys }),
          toDispatchGroup({ capabilities: otherCapabilities, keys: otherKeys }),
        ];
        const same = JSON.stringify([one.capabilities, one.keys]) === JSON.stringify([other.capabilities, other.keys]);
        expect(one.group === other.group).toBe(same);
      }),
    );
  });

  it('can be stored by PostgreSQL for all words', () => {
    fc.assert(
      fc.property(words, words, (capabilities, keys) => {
        const text = toDispatchGroup({ capabilities, keys }).group ?? '';
        expect(text).not.toContain('\0');
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });
});

it('a worker needs every capability of the group', () => {
  const needed = { capabilities: ['gpu', 'llm'] };
  expect([undefined, new Set(['gpu', 'llm', 'x']), new Set(['gpu']), new Set<string>()].map((has) => isCapable(has, needed))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
