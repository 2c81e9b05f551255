/** Each role may do what the ones before it may. */
export const ROLES = ['viewer', 'editor', 'approver', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An agent stands beside the roles: it may do its own work, and nothing that a person's key may. */
export type CallerRole = Role | 'agent';
/** What a route can ask of a caller who is known. */
export type RequiredPermission = CallerRole | 'operator or agent';

export function satisfies(held: CallerRole, needed: RequiredPermission): boolean {
  if (held === 'agent') return needed === 'agent' || needed === 'operator or agent';
  if (needed === 'agent') return false;
  return ROLES.indexOf(held) >= ROLES.indexOf(needed === 'operator or agent' ? 'operator' : needed);
}
