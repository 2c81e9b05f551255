import { describe, expect, it } from '@jest/globals';
import { addressGroup } from './address-group.ts';
import { RateLimiter } from './rate-limiter.ts';

describe('RateLimiter', () => {
  let now = 0;
  const limiter = (limit: number, windowMs: number) => new RateLimiter(limit, windowMs, () => now);

  it('takes the whole limit at once, then one each time a share of the window is over', () => {
    now = 5;
    const three = limiter(3, 3_000);
    expect([1, 2, 3].map(() => three.take('a'))).toEqual([
      { remaining: 2, resetMs: 1_000, retryAfterMs: 0 },
      { remaining: 1, resetMs: 2_000, retryAfterMs: 0 },
      { remaining: 0, resetMs: 3_000, retryAfterMs: 0 },
    ]);
    expect(three.take('a')).toEqual({ remaining: 0, resetMs: 3_000, retryAfterMs: 1_000 });
    expect([three.waitMs('a'), three.waitMs('b')]).toEqual([1_000, 0]);
    now += 999;
    expect(three.take('a').retryAfterMs).toBe(1);
    now += 1;
    expect(three.take('a')).toEqual({ remaining: 0, resetMs: 3_000, retryAfterMs: 0 });
    now += 60_000;
    expect(three.take('a').remaining).toBe(2);
  });

  it.each([1, 7, 30, 600_000])('takes exactly %i of a window at any fraction of it', (limit) => {
    const some = limiter(limit, 60_000);
    let taken = 0;
    for (let i = 0; i < Math.min(limit, 1_000) + 5; i++) if (some.take('a').retryAfterMs === 0) taken += 1;
    expect(taken).toBe(Math.min(limit, limit > 1_000 ? 1_005 : limit));
  });

  it('remembers 10,000 keys, those used last', () => {
    const one = limiter(1, 60_000);
    one.take('first');
    for (let i = 0; i < 9_999; i++) one.take(`key ${i}`);
    expect(one.waitMs('first')).toBe(60_000);
    one.take('one more');
    expect([one.waitMs('first'), one.waitMs('key 0')]).toEqual([0, 60_000]);
  });
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:0:1::42', '2001:db8:0:1::/64'],
  ['2001:DB8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:0db8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['any text', 'unknown'],
  ['', 'unknown'],
])('the address %s counts as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
