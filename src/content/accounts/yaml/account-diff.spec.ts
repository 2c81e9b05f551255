import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffAccount } from './account-diff.ts';

const members = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

describe('diffAccount', () => {
  it('names the members of maps one by one, and lists as a whole', () => {
    const before = { owner: null, voice: { tone: 'calm', minWords: 100 }, sections: [{ code: 'a' }] };
    const after = { owner: 'me', voice: { tone: 'calm', 'a/b': 1 }, sections: [{ code: 'a' }, { code: 'b' }] };
    expect(diffAccount(before, after)).toEqual([
      { field: '/owner', before: null, after: 'me' },
      { field: '/voice/minWords', before: 100, after: null },
      { field: '/voice/a~1b', before: null, after: 1 },
      { field: '/sections', before: [{ code: 'a' }], after: [{ code: 'a' }, { code: 'b' }] },
    ]);
  });

  it('is empty for equal accounts, and each change has both values at its pointer', () => {
    fc.assert(
      fc.property(members, members, (before, after) => {
        expect(diffAccount(before, before)).toEqual([]);
        for (const change of diffAccount(before, after)) {
          expect([change.before, change.after]).toEqual([valueAt(before, change.field), valueAt(after, change.field)]);
          expect(change.before).not.toEqual(change.after);
        }
      }),
    );
  });
});

function valueAt(root: unknown, pointer: string): unknown {
  const names = pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], root) ?? null;
}
