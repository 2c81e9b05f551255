import { mutant } from './mutant.mjs';

const SQL = 'src/content/review/review.sql.ts';
const EDIT = 'src/content/contents/content.service.ts';
const POLICY = 'src/core/review/review-policy.ts';
const SCHEMA = 'migrations/1796000000018-review.ts';
const api = 'test/api/review.e2e-spec.ts';
const rules = 'src/core/review/review.spec.ts';

const REWRITE = 'src/content/generation/rewrite-check.ts';

export const review = [
  mutant(
    'score: the approval counts',
    'src/content/review/review.service.ts',
    "scoreAfter(content, after === 'approved')",
    'scoreAfter(content, false)',
    api,
    'counts for the score',
  ),
  mutant('score: only a fix keeps the approval', EDIT, "reviewed.reviewStatus === 'approved');", 'true);', api, 'counts for the score'),
  mutant(
    'score: above 90 by a person',
    'migrations/1796000000065-score-needs-a-person.ts',
    'NEW.quality_score > 90 AND coalesce',
    'NEW.quality_score > 100 AND coalesce',
    api,
    'whatever writes it',
  ),
  mutant('rewrite: one at a time', REWRITE, "    lock: { mode: 'pessimistic_write' },\n", '', api, 'while another one is open'),
  mutant('rewrite: none while one is open', REWRITE, 'if (open) {', 'if (false) {', api, 'while another one is open'),
  mutant('rewrite: only what was sent back', REWRITE, 'if (!isRewritable(reviewStatus)) {', 'if (false) {', api, 'for a content in review'),
  mutant(
    'rewrite: version that was read',
    REWRITE,
    'if (rewriteVersion !== undefined && rewriteVersion !== version)',
    'if (false)',
    api,
    'for a content in review',
  ),
  mutant(
    'rewrite: like the content it replaces',
    'src/content/duplicates/duplicate.service.ts',
    '...(text.rewriteOf ? [text.rewriteOf] : [])',
    '',
    api,
    'replaces the returned content',
  ),
  mutant(
    'review: version that was read',
    SQL,
    'AND current.version = $2::integer ',
    'AND ($2::integer IS NOT NULL) ',
    api,
    'after it was read',
  ),
  mutant('review: state before', SQL, 'AND current.review_status = ANY ($8::text[])', 'AND $8::text[] IS NOT NULL', api, 'submits again'),
  mutant('review: no brief', SQL, "(current.kind NOT IN ('brief', 'sample') AND ", '(', api, 'never approves a brief'),
  mutant('review: not the requester', SQL, 'actor_identity(c.requested_by), ', '', api, 'requester or an editor'),
  mutant('review: not the editor', SQL, ', actor_identity(c.edited_by))', ')', api, 'requester or an editor'),
  mutant('review: locked', SQL, ' FOR UPDATE OF c),', '),', api, 'approves the version that was read, once'),
  mutant('review: a change needs a transition', SCHEMA, 'IF NEW.review_status <> OLD.review_status THEN', 'IF FALSE THEN', api, 'forged'),
  mutant('review: one transition at a time', SCHEMA, 'NEW.review_revision <> OLD.review_revision + 1 THEN', 'FALSE THEN', api, 'forged'),
  mutant(
    'review: allowed transition',
    SCHEMA,
    'CHECK (review_transition_allowed(transition, from_status, to_status))',
    'CHECK (TRUE)',
    api,
    'forged',
  ),
  mutant('review: approval of this package', SCHEMA, ' AND approved_hash = package_hash', '', api, 'forged'),
  mutant('review: a change ends it', SCHEMA, "IF OLD.review_status = 'approved' AND (NEW", 'IF FALSE AND (NEW', api, 'any statement'),
  mutant('review: the hash covers the cover', SCHEMA, 'c.cover_svg, ', '', api, 'changes cover_svg'),
  mutant('review: the hash covers the page', SCHEMA, 'c.body_html, ', '', api, 'changes body_html'),
  mutant('review: a fix is of who approved', EDIT, 'isSameActor(reviewer, editor) && ', '', api, 'edit of another'),
  mutant('review: no fix under four eyes', EDIT, "mode !== 'four_eyes' && ", '', api, 'own fix'),
  mutant('review: no fix that a check blocks', EDIT, ' && check.passed;', ';', api, 'a check blocks'),
  mutant('review: rules need the request', POLICY, "...(autoApprove ? [] : ['review_wanted']),", '', rules, 'not wanted'),
  mutant(
    'review: rules keep to the policy',
    POLICY,
    "mode === 'manual' || mode === 'four_eyes'",
    "mode === 'manual'",
    rules,
    'four-eyes account',
  ),
  mutant('review: rules need the score', POLICY, 'check.score < threshold', 'false', rules, 'lower score'),
  mutant('review: rules need the checks', POLICY, '    ...new Set(blocking),\n', '', rules, 'blocking finding'),
  mutant('review: the share is sampled', POLICY, 'if (isSampled(contentId, share))', 'if (false)', rules, 'sampled'),
];
