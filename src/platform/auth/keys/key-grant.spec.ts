import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../../http/problem.ts';
import type { Principal } from '../principal.ts';
import { permissionsOf, type Role } from '../roles.ts';
import { requireGrantable } from './key-grant.ts';

const [A, B] = ['01926f3e-7b3a-7c1d-9a5e-00000000000a', '01926f3e-7b3a-7c1d-9a5e-00000000000b'];

function key(roles: readonly Role[], accountIds: readonly string[] | null = null, expiresAt: Date | null = null): Principal {
  return { type: 'key', id: 'id', name: 'ci', roles, accountIds, permissions: permissionsOf(roles, accountIds), expiresAt };
}

function pointers(
  creator: Principal,
  roles: readonly Role[],
  accountIds: readonly string[] | null,
  expiresAt: Date | null = null,
): string[] {
  try {
    requireGrantable(creator, { roles, accountIds, expiresAt });
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'key_exceeds_creator') throw error;
    return error.errors.map(({ pointer }) => pointer);
  }
}

describe('requireGrantable', () => {
  it('lets an admin give every role, for all accounts or some', () => {
    expect(pointers(key(['admin']), ['admin'], null)).toEqual([]);
    expect(pointers(key(['admin']), ['viewer', 'approver'], [A])).toEqual([]);
  });

  it('rejects each role with a permission that the creator has not', () => {
    expect(pointers(key(['editor']), ['viewer', 'editor', 'approver', 'operator', 'admin'], null)).toEqual([
      '/roles/2',
      '/roles/3',
      '/roles/4',
    ]);
    expect(pointers(key(['editor', 'approver']), ['editor', 'approver'], null)).toEqual([]);
  });

  it('rejects accounts beyond those of the creator, and all accounts', () => {
    const limited = key(['admin'], [A]);
    expect(pointers(limited, ['admin'], [A])).toEqual([]);
    expect(pointers(limited, ['editor'], [A, B])).toEqual(['/accountIds/1']);
    expect(pointers(limited, ['viewer'], null)).toEqual(['/accountIds']);
  });

  it('rejects an expiry after that of the creator, and none', () => {
    const [before, at, after] = ['2030-01-01T00:00:00Z', '2030-06-01T00:00:00Z', '2030-06-01T00:00:01Z'].map((time) => new Date(time));
    const expiring = key(['admin'], null, at);
    expect(pointers(expiring, ['viewer'], null, before)).toEqual([]);
    expect(pointers(expiring, ['viewer'], null, at)).toEqual([]);
    expect(pointers(expiring, ['viewer'], null, after)).toEqual(['/expiresAt']);
    expect(pointers(expiring, ['viewer'], null, null)).toEqual(['/expiresAt']);
    expect(pointers(key(['admin']), ['viewer'], null, null)).toEqual([]);
  });
});
