import { expect, it } from '@jest/globals';
import { EventLoopTurns } from './event-loop-turns.ts';

it('lets other events run between callers that come together', async () => {
  const order: string[] = [];
  let ticker = setImmediate(function tick() {
    order.push('event');
    ticker = setImmediate(tick);
  });
  const turns = new EventLoopTurns();
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      await turns.next();
      order.push('work');
    }),
  );
  clearImmediate(ticker);
  const between = order.slice(order.indexOf('work'), order.lastIndexOf('work') + 1);
  expect(between).toEqual(['work', 'event', 'work', 'event', 'work']);
});
