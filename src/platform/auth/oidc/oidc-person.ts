import { hash } from 'node:crypto';
import type { Role } from '../roles.ts';

/** A person as the identity provider describes it. */
export interface OidcPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly username: string;
  readonly displayName: string;
  /** By its claims; undefined when none fits. */
  readonly role: Role | undefined;
}

export interface RoleRules {
  readonly claim: string;
  readonly roles: readonly (readonly [string, Role])[];
}

const LONGEST_NAME = 100;
const LONGEST_USERNAME = 64;

export function personOf(issuer: string, subject: string, claims: Readonly<Record<string, unknown>>, rules: RoleRules): OidcPerson {
  const given = [claims.preferred_username, claims.email].find((value) => typeof value === 'string' && usernameOf(value) !== '');
  const username = typeof given === 'string' ? usernameOf(given) : uniqueUsername('user', subject);
  const displayName = typeof claims.name === 'string' ? plain(claims.name) : '';
  return { issuer, subject, username, displayName: displayName || username, role: roleOf(claims[rules.claim], rules) };
}

/** For a username that another user has. */
export function uniqueUsername(username: string, subject: string): string {
  return `${username.slice(0, LONGEST_USERNAME - 9)}-${hash('sha256', subject, 'hex').slice(0, 8)}`;
}

function roleOf(claim: unknown, { roles }: RoleRules): Role | undefined {
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  return roles.find(([value]) => values.includes(value))?.[1];
}

function usernameOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._@+-]/g, '').slice(0, LONGEST_USERNAME);
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, LONGEST_NAME);
}
