import { mutant } from './mutant.mjs';

const SQL = 'src/content/publishing/boundary.sql.ts';
const POOL_SQL = 'src/content/publishing/pool.sql.ts';
const HANDLER = 'src/content/publishing/publish-content.handler.ts';
const ENQUEUE = 'src/content/publishing/pool-enqueue.service.ts';
const REVIEWS = 'src/content/review/review.service.ts';
const READINESS = 'migrations/1796000000025-publish-readiness.ts';
const approval = 'test/publishing/approval.e2e-spec.ts';
const SLOTS = 'src/core/publishing/slots.ts';
const RETRIES = 'src/core/publishing/retry-schedule.ts';
const SCHEMA = 'migrations/1796000000019-publishing.ts';
const pool = 'test/publishing/pool.e2e-spec.ts';
const guards = 'test/publishing/guards.e2e-spec.ts';
const outcomes = 'test/publishing/pool-outcomes.e2e-spec.ts';
const slots = 'src/core/publishing/slots.spec.ts';
const retries = 'src/core/publishing/retry-schedule.spec.ts';

export const publishing = [
  mutant('publishing: the highest priority first', SQL, 'ORDER BY e.priority DESC', 'ORDER BY e.priority', pool, 'highest priority'),
  mutant(
    'publishing: one intent for a version',
    SQL,
    "    WHERE i.outcome = 'not_sent'\n  RETURNING id, package",
    '  RETURNING id, package',
    guards,
    'not taken by another call',
  ),
  mutant(
    'publishing: an unknown outcome is settled, not sent',
    HANDLER,
    "if (entry.status === 'publishing' || entry.status === 'outcome_unknown') {",
    'if (false) {',
    outcomes,
    'is found at the channel',
  ),
  mutant(
    'publishing: absent only when the call is over',
    SQL,
    'i.sent_at < app_clock() - make_interval(secs => $4)',
    '$4::float8 IS NOT NULL',
    guards,
    'not called again',
  ),
  mutant('publishing: unknown is not "not sent"', HANDLER, "error.kind === 'not_sent'", 'true', outcomes, 'is found at the channel'),
  mutant(
    'publishing: only an approved version',
    SQL,
    "e.status = 'pending' AND e.content_approved AND ",
    "e.status = 'pending' AND ",
    guards,
    'before its content is approved',
  ),
  mutant('publishing: not while the account is paused', SQL, ' AND e.account_open AND', ' AND', guards, 'account is paused'),
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
    READINESS,
    "IF OLD.status = 'published' AND to_jsonb(NEW) - '{label_state,task_id,next_attempt_at,updated_at}'::text[] <>",
    'IF to_jsonb(NEW) IS NULL AND to_jsonb(NEW) <>',
    pool,
    'changed there by any statement',
  ),
  mutant('publishing: the package is frozen', SCHEMA, 'IF NEW.package <> OLD.package OR', 'IF', guards, 'does not change its package'),
  mutant(
    'publishing: version that was read',
    POOL_SQL,
    'AND current.revision = $2::integer ',
    'AND $2::integer IS NOT NULL ',
    guards,
    'has replaced meanwhile',
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
    ENQUEUE,
    "if (sent && sent.outcome !== 'not_sent')",
    'if (false)',
    pool,
    'cannot be published again',
  ),
  mutant(
    'publishing: slots under the lock of the account',
    POOL_SQL,
    'FROM accounts WHERE id = $1 FOR NO KEY UPDATE`',
    'FROM accounts WHERE id = $1`',
    pool,
    'different slots',
  ),
  mutant('pool: only for readers', ENQUEUE, 'if (!isForReaders(content.kind))', 'if (false)', pool, 'cannot enter the pool'),
  mutant(
    'auto publish: only where the account says so',
    ENQUEUE,
    "account.publishing.autoPublish !== true || account.status === 'archived'",
    "account.status === 'archived'",
    approval,
    'without autoPublish',
  ),
  mutant(
    'auto publish: with the approval',
    REVIEWS,
    'if (account !== null) await this.pool.enqueueApproved(tx, account, content, actor);',
    '',
    approval,
    'with the approver',
  ),
  mutant(
    'auto publish: in the transaction of the approval',
    REVIEWS,
    'await tx.query<ReviewFacts>(REVIEW_CONTENT, values);',
    'await this.sql.query<ReviewFacts>(REVIEW_CONTENT, values);',
    approval,
    'or not at all',
  ),
  mutant(
    'auto publish: not what a person pulled',
    POOL_SQL,
    "e.channel_id = h.id AND e.status <> 'published')",
    "e.channel_id = h.id AND e.status NOT IN ('published', 'pulled'))",
    approval,
    'that a person pulled',
  ),
  mutant(
    'auto publish: only enabled channels',
    POOL_SQL,
    'WHERE h.account_id = $1 AND h.enabled',
    'WHERE h.account_id = $1',
    approval,
    'to each enabled channel',
  ),
  mutant('overdue: once', POOL_SQL, 'WHERE e.overdue_reported_at IS NULL AND ', 'WHERE ', approval, 'reported once'),
  mutant(
    'overdue: only what is approved',
    POOL_SQL,
    '= `e.content_approved AND e.status IN',
    '= `e.status IN',
    approval,
    'while it is not approved',
  ),
  mutant(
    'readiness: an approval that is not committed is waited for',
    READINESS,
    ' FOR SHARE OF c, a, h',
    '',
    approval,
    'while its content is approved',
  ),
  mutant(
    'readiness: of the content',
    READINESS,
    'WHEN (OLD.review_status <> NEW.review_status)',
    'WHEN (false)',
    approval,
    'follows each change',
  ),
  mutant(
    'readiness: of the account',
    READINESS,
    'WHEN (OLD.status <> NEW.status OR OLD.publishing_paused <> NEW.publishing_paused)',
    'WHEN (false)',
    approval,
    'follows each change',
  ),
  mutant('readiness: of the channel', READINESS, 'WHEN (OLD.enabled <> NEW.enabled)', 'WHEN (false)', approval, 'follows each change'),
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
