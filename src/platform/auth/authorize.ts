import { ProblemError } from '../http/problem.ts';
import { isInstallationWide, type Permission } from './permissions.ts';
import type { Principal } from './principal.ts';
import { permissionsOf, rolesWith } from './roles.ts';

/** @throws {ProblemError} 403 that names the missing permission and its roles. */
export function authorize(principal: Principal, needed: Permission): void {
  if (principal.permissions.has(needed)) return;
  throw ProblemError.forbidden('permission_required', `This takes the permission ${needed}.`, { detail: reasonOf(principal, needed) });
}

function reasonOf({ type, name, roles, accountIds }: Principal, needed: Permission): string {
  if (type === 'agent') return `The agent “${name}” may only do its own work.`;
  const holder = `The ${type} “${name}”`;
  if (accountIds !== null && isInstallationWide(needed) && permissionsOf(roles, null).has(needed)) {
    return `${holder} is limited to some accounts, and this reaches the tasks of all.`;
  }
  const having = rolesWith(needed);
  const who =
    having.length === 0 ? 'Only an agent has it.' : `The ${having.length === 1 ? 'role' : 'roles'} with it: ${having.join(', ')}.`;
  return `${holder} has the ${roles.length === 1 ? 'role' : 'roles'} ${roles.join(', ')}. ${who}`;
}
