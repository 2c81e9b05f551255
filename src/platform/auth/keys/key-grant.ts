import { ProblemError, type ProblemDetail } from '../../http/problem.ts';
import type { Principal } from '../principal.ts';
import { permissionsOf, type Role } from '../roles.ts';

/** What a new key may do, and where. */
export interface KeyGrant {
  readonly roles: readonly Role[];
  /** Null for all accounts. */
  readonly accountIds: readonly string[] | null;
  /** Null for never. */
  readonly expiresAt: Date | null;
}

/**
 * A key cannot give more than its creator has.
 * @throws {ProblemError} 403 that names each role, account and expiry beyond the creator's own.
 */
export function requireGrantable(creator: Principal, { roles, accountIds, expiresAt }: KeyGrant): void {
  const errors = [...rolesBeyond(creator, roles, accountIds), ...accountsBeyond(creator, accountIds), ...expiryBeyond(creator, expiresAt)];
  if (errors.length === 0) return;
  throw ProblemError.forbidden('key_exceeds_creator', 'A key cannot have more rights than the key that creates it.', {
    detail: errors.map(({ pointer, detail }) => `${pointer} ${detail}.`).join(' '),
    errors,
  });
}

function rolesBeyond(creator: Principal, roles: readonly Role[], accountIds: readonly string[] | null): ProblemDetail[] {
  return roles.flatMap((role, i) => {
    const missing = [...permissionsOf([role], creator.accountIds === null ? accountIds : [])].filter(
      (one) => !creator.permissions.has(one),
    );
    if (missing.length === 0) return [];
    return [
      { pointer: `/roles/${i}`, code: 'beyond_creator', detail: `has permissions that your key does not have: ${missing.join(', ')}` },
    ];
  });
}

function accountsBeyond({ accountIds: own }: Principal, accountIds: readonly string[] | null): ProblemDetail[] {
  if (own === null) return [];
  const beyond = 'beyond_creator';
  if (accountIds === null)
    return [{ pointer: '/accountIds', code: beyond, detail: 'must name accounts of your key, which is limited to some' }];
  return accountIds.flatMap((id, i) =>
    own.includes(id) ? [] : [{ pointer: `/accountIds/${i}`, code: beyond, detail: 'is not an account of your key' }],
  );
}

function expiryBeyond({ expiresAt: own }: Principal, expiresAt: Date | null): ProblemDetail[] {
  if (own === null || (expiresAt !== null && expiresAt <= own)) return [];
  return [{ pointer: '/expiresAt', code: 'beyond_creator', detail: `must not be later than the expiry of your key, ${own.toISOString()}` }];
}
