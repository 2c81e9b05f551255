import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentCheck, ContentFinding } from '../text/check-content.ts';
import { allowedReviews, isRewritable, REVIEW_STATUSES, reviewDiagram, sourcesOf } from './review.ts';
import { decideReview, DEFAULT_REVIEW_POLICY, type ReviewPolicy, reviewRisk, type ReviewSubject } from './review-policy.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const finding = (severity: ContentFinding['severity'], code: ContentFinding['code'] = 'too_short') => ({
  code,
  severity,
  detail: '',
  points: 10,
});
const check = (score: number, ...findings: ContentFinding[]): ContentCheck => ({
  passed: findings.every(({ severity }) => severity !== 'block'),
  score,
  checks: [],
  findings,
});
const subject = (more: Partial<ReviewSubject> = {}): ReviewSubject => ({
  contentId: '01930000-0000-7000-8000-000080000000',
  kind: 'digest',
  check: check(90),
  autoApprove: true,
  ...more,
});

describe('the table of reviews', () => {
  it('equals the table of the migration', () => {
    const [, list = ''] = /review_transition_allowed.*?ARRAY\[(.*?)\]/s.exec(read('migrations/1796000000085-admin-reads.ts')) ?? [];
    const stored = [...list.matchAll(/'([^']+)'/g)].map(([, edge]) => edge);
    expect(new Set(stored)).toEqual(allowedReviews());
    expect(stored).toHaveLength(allowedReviews().size);
  });

  it('equals the diagram in docs/content.md', () => {
    expect(read('docs/content.md')).toContain(reviewDiagram());
  });

  it('reaches a decision only from a state in which a person can read the content', () => {
    expect(sourcesOf('approve')).toEqual(['pending_review']);
    expect(sourcesOf('reject')).not.toContain('rejected');
    expect(sourcesOf('create')).toEqual([]);
    expect(DEFAULT_REVIEW_POLICY).toEqual({ mode: 'auto' });
  });

  it('lets a content be written again only after a reviewer sent it back', () => {
    expect(REVIEW_STATUSES.filter(isRewritable)).toEqual(expect.arrayContaining(['draft', 'rejected']));
    expect(REVIEW_STATUSES.filter(isRewritable)).toHaveLength(2);
  });
});

describe('the decision of the rules', () => {
  it.each<[string, ReviewPolicy, Partial<ReviewSubject>, string, string[]]>([
    ['passes all checks', { mode: 'auto' }, {}, 'approved', ['checks_passed']],
    ['is not wanted by the request', { mode: 'auto' }, { autoApprove: false }, 'pending_review', ['review_wanted']],
    ['is a brief', { mode: 'auto' }, { kind: 'brief' }, 'pending_review', ['brief_needs_a_writer']],
    ['has a blocking finding', { mode: 'auto' }, { check: check(90, finding('block')) }, 'pending_review', ['too_short']],
    ['has only warnings', { mode: 'auto' }, { check: check(90, finding('warn')) }, 'approved', ['checks_passed']],
    ['is of a manual account', { mode: 'manual' }, {}, 'pending_review', ['policy_manual']],
    ['is of a four-eyes account', { mode: 'four_eyes' }, {}, 'pending_review', ['policy_four_eyes']],
    ['has the score', { mode: 'threshold', threshold: 90 }, {}, 'approved', ['checks_passed', 'score_reached']],
    ['has a lower score', { mode: 'threshold', threshold: 91 }, {}, 'pending_review', ['score_below_threshold']],
    ['has less than the default score', { mode: 'threshold' }, { check: check(79) }, 'pending_review', ['score_below_threshold']],
    ['has a low score, of an account without a limit', { mode: 'auto' }, { check: check(10) }, 'approved', ['checks_passed']],
    ['is of an account without a policy', DEFAULT_REVIEW_POLICY, {}, 'approved', ['checks_passed']],
    ['is sampled', { mode: 'auto', share: 50.1 }, {}, 'pending_review', ['sampled']],
    ['is not sampled', { mode: 'auto', share: 50 }, {}, 'approved', ['checks_passed']],
  ])('about a content that %s', (_, policy, more, status, reasons) => {
    expect(decideReview(policy, subject(more))).toEqual({ status, reasons });
  });

  it('samples the share of the account', () => {
    const id = fc.uuid({ version: 7 });
    const waiting = (share: number) =>
      fc
        .sample(id, { numRuns: 4_000, seed: 7 })
        .filter((contentId) => decideReview({ mode: 'auto', share }, subject({ contentId })).status !== 'approved').length;
    expect(waiting(0)).toBe(0);
    expect(waiting(100)).toBe(4_000);
  });
});

describe('the risk', () => {
  it('grows with findings and missing points, up to 100', () => {
    expect(reviewRisk('digest', check(100))).toBe(0);
    expect(reviewRisk('digest', check(80, finding('warn')))).toBe(14);
    expect(reviewRisk('digest', check(80, finding('block')))).toBe(30);
    expect(reviewRisk('brief', check(0))).toBe(30);
    expect(reviewRisk('digest', check(0, ...Array.from({ length: 9 }, () => finding('block'))))).toBe(100);
  });
});
