import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDispatchGroup, parseDispatchGroup } from './dispatch-group.ts';

const words = fc.uniqueArray(
  fc.string({
    minLength: 1,
    unit: fc.oneof(fc.constantFrom('|', '+', '%', ':', 'cap:', '\0', '\ud800'), fc.string({ minLength: 1, maxLength: 1 })),
  }),
  { maxLength: 4 },
);

describe('the text of a dispatch group', () => {
  it('names its capabilities and keys', () => {
    expect(formatDispatchGroup({ capabilities: ['llm', 'gpu'], keys: ['account:7', 'provider:openai'] })).toBe(
      'cap:gpu+llm|account:7|provider:openai',
    );
  });

  it('is null without capabilities and keys', () => {
    expect(formatDispatchGroup({ capabilities: [], keys: [] })).toBeNull();
    expect(parseDispatchGroup(null)).toEqual({ capabilities: [], keys: [] });
  });

  it('parses to what was formatted, for any names', () => {
    fc.assert(
      fc.property(words, words, (capabilities, keys) => {
        expect(parseDispatchGroup(formatDispatchGroup({ capabilities, keys }))).toEqual({ capabilities: [...capabilities].sort(), keys });
      }),
    );
  });

  it('can be stored by PostgreSQL, for any names', () => {
    fc.assert(
      fc.property(words, words, (capabilities, keys) => {
        const text = formatDispatchGroup({ capabilities, keys }) ?? '';
        expect(text).not.toContain('\0');
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  it('is equal for equal needs', () => {
    expect(formatDispatchGroup({ capabilities: ['b', 'a', 'b'], keys: ['k', 'k'] })).toBe(
      formatDispatchGroup({ capabilities: ['a', 'b'], keys: ['k'] }),
    );
  });
});
