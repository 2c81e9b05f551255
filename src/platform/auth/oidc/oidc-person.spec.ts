import { expect, it } from '@jest/globals';
import { personOf, uniqueUsername } from './oidc-person.ts';

const RULES = {
  claim: 'groups',
  roles: [
    ['cms-admins', 'admin'],
    ['team', 'editor'],
  ] as const,
};
const person = (claims: object) => personOf('https://id.example.org', 'sub-1', claims as Record<string, unknown>, RULES);

it.each([
  [{ groups: ['team', 'cms-admins'] }, 'admin'],
  [{ groups: 'team' }, 'editor'],
  [{ groups: ['TEAM'] }, undefined],
  [{ groups: { team: true } }, undefined],
  [{ roles: ['team'] }, undefined],
])('%j: %s', (claims, role) => {
  expect(person(claims).role).toBe(role);
});

it.each([
  [{ preferred_username: 'anna', email: 'anna@example.org', name: 'Anna Schmidt' }, ['anna', 'Anna Schmidt']],
  [{ preferred_username: '安娜', email: 'anna@example.org' }, ['anna@example.org', 'anna@example.org']],
  [{ preferred_username: 'DOMAIN\\anna', name: ' \u202Ea\u0000 ' }, ['DOMAINanna', 'a']],
  [{ preferred_username: 7 }, [uniqueUsername('user', 'sub-1'), uniqueUsername('user', 'sub-1')]],
])('%j is %j', (claims, expected) => {
  const { username, displayName } = person(claims);
  expect([username, displayName]).toEqual(expected);
});

it('a unique username fits into the column', () => {
  expect(uniqueUsername('x'.repeat(64), 'sub-1')).toMatch(/^x{55}-[0-9a-f]{8}$/);
});
