import { expect, it } from '@jest/globals';
import { isInScope } from './account-scope.ts';

const scope = { accountIds: ['a', 'b'], createdBy: 'key:1:mine' };

it.each([
  [null, { accountId: null, createdBy: 'system' }, true],
  [scope, { accountId: 'b', createdBy: 'key:2:other' }, true],
  [scope, { accountId: 'c', createdBy: 'key:2:other' }, false],
  [scope, { accountId: null, createdBy: 'key:2:other' }, false],
  [scope, { accountId: null, createdBy: 'key:1:mine' }, true],
  [{ ...scope, accountIds: [] }, { accountId: 'a', createdBy: 'system' }, false],
])('a caller with %j reaches %j: %s', (limits, task, expected) => {
  expect(isInScope(limits, task)).toBe(expected);
});
