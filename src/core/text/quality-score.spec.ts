import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterReview, type CheckBasis, listChecks, scoreQuality } from './quality-score.ts';

const everything: CheckBasis = {
  hasLengthRule: true,
  hasPhraseRule: true,
  hasSensitiveWords: true,
  hasKeywords: true,
  comparedSources: 2,
  isApprovedByPerson: true,
};
const basis: fc.Arbitrary<CheckBasis> = fc.record({
  hasLengthRule: fc.boolean(),
  hasPhraseRule: fc.boolean(),
  hasSensitiveWords: fc.boolean(),
  hasKeywords: fc.boolean(),
  comparedSources: fc.nat(5),
  isApprovedByPerson: fc.boolean(),
});
const findings = fc.array(fc.record({ points: fc.integer({ min: 1, max: 40 }) }), { maxLength: 6 });

describe('the quality score', () => {
  it('is 100 only when every check ran, a person approved, and nothing was found', () => {
    expect(scoreQuality(listChecks(everything), [])).toBe(100);
    fc.assert(
      fc.property(basis, findings, (of, found) => {
        const checks = listChecks(of);
        const score = scoreQuality(checks, found);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score === 100).toBe(checks.every(({ ran }) => ran) && found.length === 0);
        expect(score).toBeLessThanOrEqual(of.isApprovedByPerson ? 100 : 90);
      }),
    );
  });

  it('counts the approval of a person after a review, and no longer when it ends', () => {
    fc.assert(
      fc.property(basis, findings, fc.boolean(), (of, found, isApprovedByPerson) => {
        const reviewed = afterReview(listChecks(of), found, isApprovedByPerson);
        const checks = listChecks({ ...of, isApprovedByPerson });
        expect(reviewed).toEqual({ checks, score: scoreQuality(checks, found) });
        expect(reviewed.score).toBeLessThanOrEqual(isApprovedByPerson ? 100 : 90);
      }),
    );
  });

  it('gives no points for a check that did not run, and names the reason', () => {
    fc.assert(
      fc.property(basis, (of) => {
        const checks = listChecks(of);
        for (const { ran, reason } of checks) expect(reason === null).toBe(ran);
        const missing = checks.filter(({ ran }) => !ran).reduce((sum, { points }) => sum + points, 0);
        expect(scoreQuality(checks, [])).toBe(100 - missing);
      }),
    );
    const one = listChecks({ ...everything, comparedSources: 1 });
    expect(one.filter(({ ran }) => !ran)).toEqual([
      { check: 'contradictions', ran: false, points: 10, reason: expect.stringContaining('not two sources') },
    ]);
  });

  it('never rises by a finding, or by a check that cannot run', () => {
    fc.assert(
      fc.property(basis, findings, fc.integer({ min: 1, max: 40 }), (of, found, points) => {
        const checks = listChecks(of);
        const score = scoreQuality(checks, found);
        expect(scoreQuality(checks, [...found, { points }])).toBeLessThanOrEqual(score);
        for (const key of ['hasLengthRule', 'hasPhraseRule', 'hasKeywords', 'isApprovedByPerson'] as const)
          expect(scoreQuality(listChecks({ ...of, [key]: false }), found)).toBeLessThanOrEqual(score);
      }),
    );
  });
});
