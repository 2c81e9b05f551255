import { expect, it } from '@jest/globals';
import { readViewQuery, viewQueryOf } from './view-query.ts';

it('keeps the filter and the columns, not the open row, a drawer or the name of another view', () => {
  const query = viewQueryOf('?view=9&status=failed&status=timeout&sel=1&generate=1&topic=x&at=y', ['state', 'task']);
  expect(query).toBe('status=failed&status=timeout&columns=state&columns=task');
  expect(readViewQuery(query)).toEqual({ search: 'status=failed&status=timeout', columns: ['state', 'task'] });
  expect(readViewQuery(viewQueryOf('?since=7d'))).toEqual({ search: 'since=7d', columns: undefined });
});
