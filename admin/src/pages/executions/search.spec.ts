import { describe, expect, it } from '@jest/globals';
import { executionsSearch, periodOf, PERIODS, tokensOf, windowOf, withoutToken, withToken } from './search.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');

describe('the address of the executions', () => {
  it('keeps what is valid and drops the rest', () => {
    const raw = { status: ['failed', 'nonsense'], taskName: 'sync', since: 'yesterday', until: 'x', sel: '01', other: '1' };
    expect(executionsSearch(raw)).toEqual({ status: ['failed'], taskName: ['sync'], sel: '01' });
    expect(executionsSearch({ since: '7d' })).toEqual({ since: '7d' });
  });

  it('has a period that moves with the time, or a window that does not', () => {
    expect(windowOf({}, NOW)).toEqual({ from: NOW - PERIODS['24h'], to: NOW, fixed: false });
    expect(periodOf({ since: '1h' })).toBe('1h');
    const chosen = { since: '2026-11-30T10:00:00Z', until: '2026-11-30T11:00:00Z' };
    expect(windowOf(chosen, NOW)).toEqual({ from: NOW - 7_200_000, to: NOW - 3_600_000, fixed: true });
  });

  it('adds and removes one condition at a time', () => {
    const two = withToken(withToken({ sel: 'a' }, 'status:failed'), 'task:user:sync');
    expect(two).toEqual({ sel: 'a', status: ['failed'], taskName: ['user:sync'] });
    expect(tokensOf(two).map(({ key }) => key)).toEqual(['status:failed', 'task:user:sync']);
    expect(withToken(two, 'status:failed')).toEqual(two);
    expect([withToken(two, 'color:red'), withToken(two, 'status:'), withToken(two, 'words')]).toEqual([two, two, two]);
    const [first] = tokensOf(two);
    expect(withoutToken(two, first as NonNullable<typeof first>)).toEqual({ sel: 'a', taskName: ['user:sync'] });
    expect(withoutToken({ batchId: 'b1' }, tokensOf({ batchId: 'b1' })[0] as never)).toEqual({});
  });
});
