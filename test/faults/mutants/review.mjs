import { mutant } from './mutant.mjs';

const SQL = 'src/content/review/review.sql.ts';
const EDIT = 'src/content/contents/content.service.ts';
const POLICY = 'src/core/review/review-policy.ts';
const SCHEMA = 'migrations/1796000000018-review.ts';
const FILES = 'migrations/1796000000090-attachments.ts';
const FILES_FOLLOW = 'c.sources)\n          ||';
const PICTURES = `c.images, c.cover_svg, ${FILES_FOLLOW}`;
const api = 'test/api/review.e2e-spec.ts';
const order = 'test/api/review-order.e2e-spec.ts';
const files = 'test/api/attachments.e2e-spec.ts';
const FILE_ROUTES = 'src/content/attachments/attachments.controller.ts';
const FILE_SERVICE = 'src/content/attachments/attachment.service.ts';
const FILE_SQL = 'src/content/attachments/attachment.sql.ts';
const FILE_PACKAGE = 'src/content/publishing/package.factory.ts';
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
  mutant('rewrite: one at a time', REWRITE, "    lock: { mode: 'pessimistic_write' },\n", '', order, 'two requests at once'),
  mutant('rewrite: none while one is open', REWRITE, 'if (open) {', 'if (false) {', api, 'while another one is open'),
  mutant('rewrite: only what was sent back', REWRITE, 'if (!isRewritable(reviewStatus)) {', 'if (false) {', api, 'for a content in review'),
  mutant(
    'rewrite: version that was read',
    REWRITE,
    'if (rewriteVersion !== undefined && rewriteVersion !== version)',
    'if (false)',
    order,
    'does not rewrite',
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
  mutant('review: locked', SQL, ' FOR UPDATE OF c),', '),', order, 'does not approve'),
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
  mutant('review: the hash covers the cover', FILES, `c.cover_svg, ${FILES_FOLLOW}`, FILES_FOLLOW, api, 'changes cover_svg'),
  mutant('review: the hash covers the page', FILES, `c.body_html, ${PICTURES}`, PICTURES, api, 'changes body_html'),
  mutant(
    'review: the hash covers the files',
    FILES,
    'ELSE jsonb_build_array(c.attachments) END',
    "ELSE '[]'::jsonb END",
    api,
    'changes attachments',
  ),
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
  mutant('files: version that was read', FILE_ROUTES, 'requireIfMatch(ifMatch, read.version);', '', files, 'needs the version'),
  mutant('files: what was published stays', FILE_SERVICE, 'await this.store.isPublished(content.id, sha256)', 'false', files, 'and stay'),
  mutant(
    'files: one that a content has is kept',
    FILE_SQL,
    "c.attachments @> jsonb_build_array(jsonb_build_object('sha256', a.sha256))",
    'a.sha256 IS NULL',
    files,
    'removed by an edit',
  ),
  mutant(
    'files: one that was used again is kept',
    FILE_SQL,
    'DO UPDATE SET created_at = excluded.created_at',
    'DO NOTHING',
    'test/api/attachment-storage.e2e-spec.ts',
    'while an edit adds the file',
  ),
  mutant(
    'files: the day begins with the removal',
    FILE_SQL,
    'SET created_at = app_clock() WHERE sha256 = $1 AND NOT in_package',
    'SET in_package = false WHERE sha256 = $1 AND NOT in_package',
    files,
    'removed by an edit',
  ),
  mutant(
    'files: one that a package has too is kept',
    'src/content/publishing/boundary.sql.ts',
    'DO UPDATE SET in_package = true WHERE NOT a.in_package',
    'DO NOTHING',
    'test/api/attachment-storage.e2e-spec.ts',
    'a package stores the same bytes',
  ),
  mutant('files: those of a package are kept', FILE_PACKAGE, 'await this.files.freeze(', 'void (', files, 'and stay'),
];
