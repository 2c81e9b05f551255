import { mutant } from './mutant.mjs';

const SESSIONS = 'src/platform/auth/sessions/session.sql.ts';
const USERS = 'src/platform/auth/users/user.repository.ts';
const LINKS = 'src/platform/auth/sign-in/sign-in-link.sql.ts';
const SIGN_IN = 'src/platform/auth/sign-in/sign-in.service.ts';
const FAILURES = 'src/platform/auth/sign-in/sign-in-failures.ts';
const CROSS_SITE = 'src/platform/auth/sessions/cross-site.ts';
const session = 'test/api/session.e2e-spec.ts';
const users = 'test/api/users.e2e-spec.ts';
const origin = 'test/api/session-origin.e2e-spec.ts';
const lock = 'test/api/sign-in-lock.e2e-spec.ts';

export const people = [
  mutant(
    'people: session ends',
    SESSIONS,
    '\n  s.expires_at > app_now() AND s.last_used_at',
    '\n  s.last_used_at',
    session,
    'ends 7 days after',
  ),
  mutant(
    'people: session ends when idle',
    SESSIONS,
    's.last_used_at > app_now() - make_interval(secs => $1)\n',
    '$1::float8 > 0\n',
    session,
    'ends 12 hours',
  ),
  mutant(
    'people: session of a revoked key',
    SESSIONS,
    'k.revoked_at IS NULL AND (k.expires_at',
    '(k.expires_at',
    session,
    'key is revoked or expires',
  ),
  mutant(
    'people: session of a disabled user',
    SESSIONS,
    "(s.kind <> 'user' OR u.disabled_at IS NULL)",
    'true',
    users,
    'left in the database',
  ),
  mutant('people: no sign-in of a disabled user', SESSIONS, 'AND disabled_at IS NULL FOR SHARE', 'FOR SHARE', users, 'cannot sign in'),
  mutant(
    'people: new rights end sessions',
    USERS,
    'if (disabled || role !== old.role || !isSameList(accountIds, old.accountIds)) await',
    'if (disabled) await',
    users,
    'its role changes|its accounts change',
  ),
  mutant(
    'people: new password ends sessions',
    USERS,
    'await this.sessions.deleteOfUser(tx, id);\n    await tx.query(VOID_LINKS, [id]);\n    return true;',
    'return true;',
    users,
    'its password is reset|changes with the current one',
  ),
  mutant('people: last admin', USERS, 'admins.length === 1 &&', 'admins.length === 0 &&', users, 'cannot be demoted'),
  mutant(
    'people: last two admins at once',
    'src/platform/auth/users/user.sql.ts',
    'disabled_at IS NULL ORDER BY id FOR UPDATE',
    'disabled_at IS NULL ORDER BY id',
    users,
    'two disable each other',
  ),
  mutant(
    'people: key that expires gives no rights',
    'src/platform/auth/users/user.service.ts',
    'if (expiresAt === null) return;',
    'if (expiresAt !== undefined) return;',
    users,
    'a key that expires',
  ),
  mutant('people: link once', SIGN_IN, '(await this.links.useLink(tx, digest)) && (await', '(await', users, 'works once, and not beside'),
  mutant('people: link expires', LINKS, 'l.expires_at > app_now() AND u.', 'u.', users, 'expires after 48'),
  mutant(
    'people: code once',
    SIGN_IN,
    'digest !== null && (await this.links.useCode(digest))',
    'digest !== null',
    session,
    'works once|open one session',
  ),
  mutant(
    'people: code expires',
    LINKS,
    "(purpose = 'start') = $2 AND expires_at > app_now() RETURNING",
    "(purpose = 'start') = $2 RETURNING",
    session,
    'not opened after 15',
  ),
  mutant('people: lock', FAILURES, 'if (seconds <= 0) return;', 'if (seconds >= 0) return;', lock, 'wrong passwords of a username'),
  mutant(
    'people: failure counted before',
    SIGN_IN,
    'await this.failures.begin(attempt);\n    const user',
    'const user',
    lock,
    'wrong passwords',
  ),
  mutant('people: address not forgiven', FAILURES, '[addressSource(address)]);', "['']);", lock, 'does not forget them'),
  mutant(
    'people: cross-site',
    'src/platform/auth/authenticator.ts',
    'requireSameOrigin(requestOrigin(request, this.settings));',
    '',
    origin,
    'accepted',
  ),
  mutant(
    'people: foreign origin',
    CROSS_SITE,
    'if (origin !== undefined && !own.includes(origin)) throw',
    'if (origin === own[9]) throw',
    origin,
    'evil',
  ),
  mutant(
    'people: sign-in from a foreign page',
    CROSS_SITE,
    'if (from.fetchSite !== undefined || from.origin !== undefined) requireSameOrigin(from);',
    'void from;',
    origin,
    'a sign-in',
  ),
  mutant(
    'people: streams of a session',
    'src/platform/http/sse.ts',
    'return session?.id ?? id;',
    'return id + String(session === null);',
    session,
    'counts its event streams',
  ),
  mutant(
    'people: own sessions only',
    'src/platform/auth/sessions/sessions.controller.ts',
    "principal.permissions.has('users:manage') ? undefined : holderOf(principal)",
    "principal.permissions.has('users:manage') ? holderOf(principal) : undefined",
    session,
    'an own one can be ended',
  ),
  mutant(
    'people: oidc state',
    'src/platform/auth/oidc/oidc.client.ts',
    'expectedState: state,',
    'expectedState: state === nonce ? state : client.skipStateCheck,',
    'test/api/session-oidc.e2e-spec.ts',
    'with another state',
  ),
  mutant(
    'people: oidc flow is signed',
    'src/platform/auth/oidc/oidc-flow.ts',
    ' || !timingSafeEqual(given, wanted)',
    ' || timingSafeEqual(given, Buffer.alloc(32))',
    'src/platform/auth/oidc/oidc-flow.spec.ts',
    'does not open',
  ),
];
