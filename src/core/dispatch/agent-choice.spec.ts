import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AGENT_STRATEGIES, chooseAgent, type WaitingAgent } from './agent-choice.ts';

const agent = (id: string, given: Partial<WaitingAgent> = {}): WaitingAgent => ({
  id,
  capabilities: [],
  running: 0,
  maxConcurrency: 3,
  servedAt: 0,
  ...given,
});

describe('the agent that gets the next task', () => {
  it('by round_robin is the one served longest ago', () => {
    expect(chooseAgent('round_robin', [agent('a', { servedAt: 2 }), agent('b', { servedAt: 1, running: 2 })])?.id).toBe('b');
  });

  it('by least_loaded is the one that uses the smallest part of its slots', () => {
    const all = [agent('a', { running: 1 }), agent('b', { running: 2, maxConcurrency: 10 })];
    expect(chooseAgent('least_loaded', all)?.id).toBe('b');
  });

  it('by capability is the most specific', () => {
    expect(chooseAgent('capability', [agent('a', { capabilities: ['gpu', 'llm'] }), agent('b', { capabilities: ['gpu'] })])?.id).toBe('b');
  });

  it('is never one without room, is one if any has room, and does not depend on the order of the question', () => {
    const agents = fc.uniqueArray(
      fc.record({
        id: fc.string(),
        capabilities: fc.subarray(['gpu', 'llm', 'cuda']),
        running: fc.nat(4),
        maxConcurrency: fc.integer({ min: 1, max: 4 }),
        servedAt: fc.nat(3),
      }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(fc.constantFrom(...AGENT_STRATEGIES), agents, (strategy, all) => {
        const chosen = chooseAgent(strategy, all);
        const free = all.filter(({ running, maxConcurrency }) => running < maxConcurrency);
        expect(free.length === 0 ? chosen === undefined : free.includes(chosen as (typeof free)[number])).toBe(true);
        expect(chooseAgent(strategy, [...all].reverse())).toBe(chosen);
      }),
    );
  });
});
