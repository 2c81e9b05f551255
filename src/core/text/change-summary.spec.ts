import { expect, it } from '@jest/globals';
import { summarizeChanges } from './change-summary.ts';

it('names the members that differ, with both values', () => {
  const before = { name: 'tech', status: 'active', publishing: { autoPublish: false, days: [1, 2] }, version: 3, updatedAt: 'a' };
  const after = { name: 'tech', status: 'paused', publishing: { autoPublish: true, days: [1, 2] }, version: 4, updatedAt: 'b' };
  expect(summarizeChanges(before, after)).toEqual([
    { field: 'status', before: 'active', after: 'paused' },
    { field: 'publishing.autoPublish', before: 'false', after: 'true' },
  ]);
});

it('shows one side only of an object that is created or deleted, and nothing of equal ones', () => {
  expect(summarizeChanges(null, { name: 'a', note: null })).toEqual([{ field: 'name', after: 'a' }]);
  expect(summarizeChanges({ name: 'a' }, null)).toEqual([{ field: 'name', before: 'a' }]);
  expect(summarizeChanges({ list: [{ a: 1 }] }, { list: [{ a: 1 }] })).toEqual([]);
});

it.each(['password', 'newPassword', 'secret', 'secretKey', 'apiKey', 'token', 'accessToken', 'privateKey', 'key', 'authorization'])(
  'hides the values of %s, at any depth and in lists',
  (name) => {
    const of = (value: string) => ({
      [name]: value,
      config: { [name]: value, deep: { er: { [name]: value } } },
      list: [{ [name]: value }],
    });
    const text = JSON.stringify(summarizeChanges(of('Zyx-1'), of('Zyx-2')));
    expect(text).not.toContain('Zyx');
    expect(text).toContain(`{"field":"${name}","before":"[hidden]","after":"[hidden]"}`);
  },
);

it('is bounded, whatever is changed', () => {
  const big = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${'f'.repeat(200)}${i}`, `\u0000${'文'.repeat(100_000)}${i}`]));
  const changes = summarizeChanges({}, big);
  expect(changes).toHaveLength(31);
  expect(changes.at(-1)).toEqual({ field: '… and 70 more' });
  expect(JSON.stringify(changes).length).toBeLessThan(16_384);
  expect(JSON.stringify(changes)).not.toContain('\\u0000');
});
