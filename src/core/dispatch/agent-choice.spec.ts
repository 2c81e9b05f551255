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

describe('chooseAgent', () => {
  it('round_robin chooses the agent that was served longest ago', () => {
    expect(chooseAgent('round_robin', [agent('a', { servedAt: 2 }), agent('b', { servedAt: 1, running: 2 })])?.id).toBe('b');
  });

  it('least_loaded chooses the agent that uses the smallest share of its slots', () => {
    const all = [agent('a', { running: 1 }), agent('b', { running: 2, maxConcurrency: 10 })];
    expect(chooseAgent('least_loaded', all)?.id).toBe('b');
  });

  it('capability chooses the agent with the fewest capabilities', () => {
    expect(chooseAgent('capability', [agent('a', { capabilities: ['gpu', 'llm'] }), agent('b', { capabilities: ['gpu'] })])?.id).toBe('b');
  });

  it.each([
    ['the less loaded agent', agent('a', { running: 2 }), agent('b', { running: 1, servedAt: 9 })],
    ['the agent that was served longest ago', agent('a', { servedAt: 2 }), agent('b', { servedAt: 1 })],
    ['the smaller id', agent('c'), agent('b')],
  ])('a tie goes to %s', (_, other, best) => {
    expect(chooseAgent('capability', [other, best])).toBe(best);
    expect(chooseAgent('capability', [best, other])).toBe(best);
  });

  it('prefers an agent that was never served, and the first of equal ones', () => {
    const never = agent('b', { servedAt: Number.NEGATIVE_INFINITY });
    expect(chooseAgent('round_robin', [agent('a'), never])).toBe(never);
    const [first, second] = [agent('a'), agent('a')];
    expect(chooseAgent('round_robin', [first, second])).toBe(first);
  });

  it('never chooses an agent without free slots, chooses one if any has some, and ignores the input order', () => {
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
