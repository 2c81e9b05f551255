import { describe, expect, it } from '@jest/globals';
import { authorize } from './authorize.ts';
import type { Permission } from './permissions.ts';
import type { Principal } from './principal.ts';
import { AGENT_PERMISSIONS, permissionsOf, type Role } from './roles.ts';

function key(roles: readonly Role[], accountIds: readonly string[] | null = null): Principal {
  return { type: 'key', id: 'id', name: 'ci', roles, accountIds, permissions: permissionsOf(roles, accountIds), expiresAt: null };
}
const agent: Principal = {
  type: 'agent',
  id: 'id',
  name: 'gpu-1',
  roles: [],
  accountIds: null,
  expiresAt: null,
  permissions: AGENT_PERMISSIONS,
};

function refusal(principal: Principal, permission: Permission): unknown {
  try {
    authorize(principal, permission);
    return 'allowed';
  } catch (error) {
    return error;
  }
}

describe('authorize', () => {
  it('allows what the principal has', () => {
    expect(refusal(key(['editor']), 'content:edit')).toBe('allowed');
    expect(refusal(key(['viewer', 'approver']), 'content:approve')).toBe('allowed');
    expect(refusal(agent, 'agents:work')).toBe('allowed');
  });

  it.each([
    [key(['viewer']), 'tasks:submit', 'The key “ci” has the role viewer. The roles with it: operator, admin.'],
    [key(['viewer', 'editor']), 'keys:manage', 'The key “ci” has the roles viewer, editor. The role with it: admin.'],
    [key(['admin']), 'agents:work', 'The key “ci” has the role admin. Only an agent has it.'],
    [key(['admin'], ['a']), 'queues:read', 'The key “ci” is limited to some accounts, and this reaches the tasks of all.'],
    [key(['editor'], ['a']), 'queues:operate', 'The key “ci” has the role editor. The roles with it: operator, admin.'],
    [agent, 'tasks:read', 'The agent “gpu-1” may only do its own work.'],
  ] as const)('refuses what it has not, and says why (%#)', (principal, permission, detail) => {
    expect(refusal(principal, permission)).toMatchObject({
      status: 403,
      code: 'permission_required',
      title: `This takes the permission ${permission}.`,
      detail,
    });
  });
});
