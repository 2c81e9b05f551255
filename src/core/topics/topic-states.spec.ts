import { expect, it } from '@jest/globals';
import { mayActOn, TOPIC_STATUSES } from './topic-states.ts';

it('an editor never acts on a topic that a content task works on, or that has its content', () => {
  const allowed = (['edit', 'reject', 'restore', 'delete'] as const).map((action) =>
    TOPIC_STATUSES.filter((status) => mayActOn(action, status)),
  );
  expect(allowed).toEqual([['open'], ['open', 'expired'], ['rejected', 'expired'], ['open', 'rejected', 'expired']]);
});
