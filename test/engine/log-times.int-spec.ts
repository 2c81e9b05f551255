import { afterEach, describe, expect, it } from '@jest/globals';
import { TaskLogService } from '../../src/tasks/logs/task-log.service.ts';
import { useEngines } from '../support/engine.ts';

const harness = useEngines();
const DAY_MS = 86_400_000;
const RealDate = Date;

/** Changes the clock of this process from now on. */
function shiftClock(ms: number): void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (date, args: unknown[]) => (args.length === 0 ? new date(date.now() + ms) : (Reflect.construct(date, args) as Date)),
    get: (date, name) => (name === 'now' ? () => date.now() + ms : Reflect.get(date, name)),
  });
}

afterEach(() => {
  globalThis.Date = RealDate;
});

describe('the log of a task', () => {
  it.each([
    ['behind', -DAY_MS],
    ['ahead', DAY_MS],
  ])('is in the right order when the clock of its worker is a day %s', async (_, ms) => {
    const engine = await harness.start({
      slots: 1,
      loops: true,
      handlers: [
        {
          name: 'work',
          options: { backoff: { baseMs: 1, maxMs: 1 } },
          handle: ({ log, attempt }) => {
            log.info(`first of ${attempt}`);
            log.info(`second of ${attempt}`);
            if (attempt === 1) throw new Error('once more');
          },
        },
      ],
    });
    const started = RealDate.now();
    shiftClock(ms);
    const task = await engine.ended(await engine.submit('work'));
    const lines = (await new TaskLogService(engine.logs).of([task], 100)).get(task.id)?.lines ?? [];
    expect(lines.map(({ message }) => message.replace(/ \(.*\)|: .*/, ''))).toEqual([
      'Task accepted',
      'Task started',
      'first of 1',
      'second of 1',
      'stack of the failure',
      'Attempt 1 failed and is retried',
      'Task started',
      'first of 2',
      'second of 2',
      'Task completed',
    ]);
    const times = lines.map(({ timestamp }) => timestamp.getTime());
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(Math.abs((times[0] ?? 0) - started)).toBeLessThan(30_000);
  });
});
