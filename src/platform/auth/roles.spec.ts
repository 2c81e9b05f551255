import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ALL_PERMISSIONS, isInstallationWide, type Permission, PERMISSIONS } from './permissions.ts';
import { AGENT_PERMISSIONS, permissionsOf, ROLES, rolesWith } from './roles.ts';

const has = (role: (typeof ROLES)[number], permission: Permission): boolean => permissionsOf([role], null).has(permission);

describe('roles', () => {
  it('are sets without an order: an approver may not edit, an editor may not approve, an operator neither', () => {
    expect([has('approver', 'content:approve'), has('approver', 'content:edit')]).toEqual([true, false]);
    expect([has('editor', 'content:edit'), has('editor', 'content:approve')]).toEqual([true, false]);
    expect([has('operator', 'tasks:cancel'), has('operator', 'content:edit'), has('operator', 'content:approve')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('add up', () => {
    const both = permissionsOf(['editor', 'approver'], null);
    expect(both).toEqual(new Set([...permissionsOf(['editor'], null), ...permissionsOf(['approver'], null)]));
  });

  it('a viewer changes nothing', () => {
    expect([...permissionsOf(['viewer'], null)].filter((permission) => !permission.endsWith(':read'))).toEqual([]);
  });

  it('only an admin manages keys, and an admin has every permission but that of an agent', () => {
    expect(rolesWith('keys:manage')).toEqual(['admin']);
    expect(ALL_PERMISSIONS.filter((permission) => !has('admin', permission))).toEqual(['agents:work']);
  });

  it('each permission belongs to a role or to agents', () => {
    expect(ALL_PERMISSIONS.filter((one) => rolesWith(one).length === 0 && !AGENT_PERMISSIONS.has(one))).toEqual([]);
  });
});

describe('a holder that is limited to some accounts', () => {
  it('keeps the permissions that work within accounts and loses those that reach the whole installation', () => {
    const limited = permissionsOf(['admin'], ['01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f']);
    expect([...limited].filter(isInstallationWide)).toEqual([]);
    expect([...permissionsOf(['admin'], null)].filter((one) => !limited.has(one)).every(isInstallationWide)).toBe(true);
    expect([limited.has('content:edit'), limited.has('queues:operate'), limited.has('tasks:submit')]).toEqual([true, false, false]);
  });

  it('is limited by an empty list too', () => {
    expect(permissionsOf(['operator'], []).has('queues:operate')).toBe(false);
  });
});

it('docs/api.md lists every permission with its roles', () => {
  const rows = ALL_PERMISSIONS.map((permission) => {
    const mark = isInstallationWide(permission) ? ' \\*' : '';
    return `| \`${permission}\`${mark} | ${PERMISSIONS[permission].allows} | ${rolesWith(permission).join(', ') || 'agents only'} |`;
  });
  const [, documented = ''] = /<!-- permissions -->\n(.*?)\n<!-- \/permissions -->/s.exec(readFileSync('docs/api.md', 'utf8')) ?? [];
  expect(documented.split('\n')).toEqual(['| permission | allows to | roles |', '|---|---|---|', ...rows]);
});
