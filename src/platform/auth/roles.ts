/** Each role may do what the ones before it may. */
export const ROLES = ['viewer', 'editor', 'approver', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function mayActAs(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}
