import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AgentCrash, crashStreak } from './crash-streak.ts';

const SPREAD = 15_000;
const crash = (boot: string, taskId: string, seconds: number): AgentCrash => ({
  owner: `agent:a:${boot}`,
  taskId,
  at: new Date(seconds * 1_000),
});

describe('crashStreak', () => {
  it.each([
    ['none', [], 0],
    ['one boot lost three tasks at once', [crash('1', 'x', 0), crash('1', 'y', 0), crash('1', 'z', 14)], 1],
    ['one boot that lost two tasks within 15 s', [crash('1', 'x', 0), crash('1', 'y', 15)], 1],
    ['one boot that lost two tasks 16 s apart', [crash('1', 'x', 0), crash('1', 'y', 16)], 2],
    ['three boots, each with another task', [crash('1', 'x', 0), crash('2', 'y', 1), crash('3', 'z', 2)], 3],
    ['three boots, all with the same task', [crash('1', 'x', 0), crash('2', 'x', 60), crash('3', 'x', 120)], 1],
    ['one boot that lost its lease again and again', [crash('1', 'x', 0), crash('1', 'y', 60), crash('1', 'z', 120)], 3],
    ['a poison pill and its neighbours', [crash('1', 'x', 0), crash('1', 'y', 0), crash('2', 'x', 30), crash('3', 'y', 60)], 1],
  ])('%s', (_what, crashes, streak) => {
    expect(crashStreak(crashes, SPREAD)).toBe(streak);
  });

  it('ignores the order of its input, and never exceeds the number of tasks', () => {
    const some = fc.array(
      fc.tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom('x', 'y', 'z'), fc.uniqueArray(fc.nat(300), { maxLength: 3 })),
    );
    fc.assert(
      fc.property(some, (given) => {
        const seen = new Set<number>();
        const crashes = given.flatMap(([boot, task, times]) =>
          times.flatMap((at) => (seen.has(at) ? [] : [seen.add(at) && crash(boot, task, at)])),
        );
        const streak = crashStreak(crashes, SPREAD);
        expect(crashStreak(crashes.toReversed(), SPREAD)).toBe(streak);
        expect(streak).toBeLessThanOrEqual(new Set(crashes.map(({ taskId }) => taskId)).size);
        expect(streak > 0).toBe(crashes.length > 0);
      }),
    );
  });
});
