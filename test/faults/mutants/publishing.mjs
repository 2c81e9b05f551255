import { mutant } from './mutant.mjs';

const SQL = 'src/content/publishing/boundary.sql.ts';
const POOL_SQL = 'src/content/publishing/pool.sql.ts';
const HANDLER = 'src/content/publishing/publish-content.handler.ts';
const SERVICE = 'src/content/publishing/publish-pool.service.ts';
const SLOTS = 'src/core/publishing/slots.ts';
const RETRIES = 'src/core/publishing/retry-schedule.ts';
const SCHEMA = 'migrations/1796000000019-publishing.ts';
const pool = 'test/publishing/pool.e2e-spec.ts';
const slots = 'src/core/publishing/slots.spec.ts';
const retries = 'src/core/publishing/retry-schedule.spec.ts';

export const publishing = [
  mutant(
    'publishing: one intent for a version',
    SQL,
    "    WHERE i.outcome = 'not_sent'\n  RETURNING id, package",
    '  RETURNING id, package',
    pool,
    'cannot be published again',
  ),
  mutant(
    'publishing: an unknown outcome is settled, not sent',
    HANDLER,
    "if (entry.status === 'publishing' || entry.status === 'outcome_unknown') {",
    'if (false) {',
    pool,
    'is found at the channel',
  ),
  mutant(
    'publishing: absent only when the call is over',
    SQL,
    '\n      AND i.sent_at < app_clock() - make_interval(secs => $4)',
    '',
    pool,
    'process that was lost',
  ),
  mutant('publishing: unknown is not "not sent"', HANDLER, "error.kind === 'not_sent'", 'true', pool, 'is found at the channel'),
  mutant(
    'publishing: only an approved version',
    SQL,
    "(c.review_status = 'approved' AND h.enabled",
    '(h.enabled',
    pool,
    'for the approval',
  ),
  mutant('publishing: not while the account is paused', SQL, ' AND NOT a.publishing_paused))', '))', pool, 'for the approval'),
  mutant(
    'publishing: quota when it begins',
    HANDLER,
    'return conflict === null ? undefined :',
    'return conflict !== undefined ? undefined :',
    pool,
    'quota of the day',
  ),
  mutant(
    'publishing: published is final',
    SCHEMA,
    "IF OLD.status = 'published' AND",
    'IF FALSE AND',
    pool,
    'changed there by any statement',
  ),
  mutant('publishing: the package is frozen', SCHEMA, 'IF NEW.package <> OLD.package OR', 'IF', pool, 'changed there by any statement'),
  mutant(
    'publishing: version that was read',
    POOL_SQL,
    'AND current.revision = $2::integer ',
    'AND $2::integer IS NOT NULL ',
    pool,
    'for its slot',
  ),
  mutant(
    'publishing: state before',
    POOL_SQL,
    'AND current.status = ANY ($7::text[])',
    'AND $7::text[] IS NOT NULL',
    pool,
    'changed there by any statement',
  ),
  mutant(
    'publishing: no second entry of a sent version',
    SERVICE,
    "if (sent && sent.outcome !== 'not_sent')",
    'if (false)',
    pool,
    'cannot be published again',
  ),
  mutant(
    'publishing: slots under the lock of the account',
    POOL_SQL,
    'FROM accounts WHERE id = $1 FOR UPDATE`',
    'FROM accounts WHERE id = $1`',
    pool,
    'different slots',
  ),
  mutant('slots: blackout days', SLOTS, 'if (plan.blackoutDays.includes(day)) return false;', '', slots, 'blackout'),
  mutant(
    'slots: quota',
    SLOTS,
    'if (plan.dailyQuota !== null && (perDay.get(day) ?? 0) >= plan.dailyQuota) return false;',
    '',
    slots,
    'quota',
  ),
  mutant(
    'slots: gap',
    SLOTS,
    'const gap = Math.max(1, minGapMinutes * MINUTE_MS);\n  return taken',
    'const gap = 1;\n  return taken',
    slots,
    'gap',
  ),
  mutant('calls: at most eight', RETRIES, 'permanent || attempts >= MAX_CALLS', 'permanent', retries, 'eighth'),
  mutant(
    'calls: not before Retry-After',
    RETRIES,
    'Math.max(nowMs + pause, retryAt?.getTime() ?? 0)',
    'nowMs + pause',
    retries,
    'asked for',
  ),
];
