import { mutant } from './mutant.mjs';

const AUTHORIZE = 'src/platform/auth/authorize.ts';
const GUARD = 'src/platform/auth/auth.guard.ts';
const ROLES = 'src/platform/auth/roles.ts';
const KEYS = 'src/platform/auth/api-key.service.ts';
const BODY_GUARD = 'src/platform/http/body-guard.ts';
const POLICY = 'src/platform/http/content-policy.ts';
const SCOPE = 'src/core/actor/account-scope.ts';
const GRANT = 'src/platform/auth/keys/key-grant.ts';
const KEY_REPOSITORY = 'src/platform/auth/keys/key.repository.ts';
const authorize = 'src/platform/auth/authorize.spec.ts';
const roles = 'src/platform/auth/roles.spec.ts';
const routes = 'test/http/access.int-spec.ts';
const keys = 'test/http/api-keys.int-spec.ts';
const problems = 'test/http/problems.int-spec.ts';
const limits = 'test/api/account-limits.e2e-spec.ts';
const grant = 'src/platform/auth/keys/key-grant.spec.ts';
const keysApi = 'test/api/keys.e2e-spec.ts';
const policies = 'test/http/content-policy.int-spec.ts';

export const access = [
  mutant(
    'permission: checked',
    AUTHORIZE,
    'if (principal.permissions.has(needed)) return;',
    'if (needed) return;',
    authorize,
    'refuses what it has not',
  ),
  mutant('permission: of the route', GUARD, 'authorize(principal, access);\n', '', routes, 'asks for a route that requires'),
  mutant(
    'permission: must be declared',
    GUARD,
    'if (required === undefined) throw undeclared(context);',
    'if (required === undefined) return true;',
    routes,
    'declares no permission',
  ),
  mutant(
    'limited key: nothing installation-wide',
    ROLES,
    'accountIds === null ? all',
    'accountIds !== undefined ? all',
    roles,
    'limited to some accounts',
  ),
  mutant('key: its own hash', KEYS, '|| !timingSafeEqual(stored.hash, hash)', '', keys, 'another key with the same prefix'),
  mutant(
    'key: not after its expiry',
    KEYS,
    'stored.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY',
    'Number.POSITIVE_INFINITY',
    keys,
    'caches a key',
  ),
  mutant('body: bounded', BODY_GUARD, 'if (body.length > limits.bytes)', 'if (body.length < 0)', problems, 'has a limit of 256 kB'),
  mutant('body: no encoding', BODY_GUARD, 'refuseEncodings(request);', '', problems, 'the body'),
  mutant('policy: strict unless declared', POLICY, "name ?? 'data'", "name ?? 'docs'", policies, 'is that of'),
  mutant(
    'limited key: no task of others',
    SCOPE,
    'scope.accountIds.some((id) => id === task.accountId)',
    'task.accountId !== null',
    limits,
    '404',
  ),
  mutant(
    'limited key: bounded bulk',
    'src/tasks/bulk/bulk-operations.ts',
    'scope === null ? params',
    'scope !== undefined ? params',
    limits,
    'changes many',
  ),
  mutant(
    'limited key: no content of others',
    'src/content/contents/content.service.ts',
    '|| !isWithin(within, content.accountId)',
    '',
    limits,
    '404',
  ),
  mutant('key: no account beyond its own', GRANT, 'own.includes(id) ? []', 'own.length > 0 ? []', grant, 'accounts beyond'),
  mutant('key: the last admin stays', KEY_REPOSITORY, 'admins.length === 1', 'admins.length === 0', keysApi, 'by accident'),
  mutant(
    'operations: recorded first',
    GUARD,
    'await this.audit.record(principal, access, request, http.getResponse<FastifyReply>());',
    'void this.audit.record(principal, access, request, http.getResponse<FastifyReply>()).catch(() => {});',
    'test/api/operation-audit.e2e-spec.ts',
    'cannot be recorded',
  ),
];
