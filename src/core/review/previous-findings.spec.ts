import { describe, expect, it } from '@jest/globals';
import { finding } from '../text/check-content.ts';
import { previousFindings } from './previous-findings.ts';
import { RETURN_REASONS } from './review.ts';

describe('previousFindings', () => {
  it('begins with the words of the reviewer, then the reasons, then the checks', () => {
    const checks = [finding('too_short', 'The text has 300 words; at least 500 are required.')];
    expect(previousFindings({ reasons: ['factual_error', 'too_short'], note: 'The price is that of last year.', checks })).toEqual([
      'The reviewer wrote: The price is that of last year.',
      'It states something that is wrong.',
      'It is too short.',
      'The text has 300 words; at least 500 are required.',
    ]);
  });

  it('leaves out that a check could not judge the text', () => {
    expect(previousFindings({ reasons: [], note: null, checks: [finding('cannot_judge', 'x'), finding('too_short', 'y')] })).toEqual(['y']);
  });

  it('has a sentence for each reason, and none for codes of the rules', () => {
    expect(previousFindings({ reasons: RETURN_REASONS, note: null, checks: [] })).toHaveLength(RETURN_REASONS.length);
    expect(previousFindings({ reasons: ['policy_manual', 'toString'], note: null, checks: [] })).toEqual([]);
  });

  it('replaces the reason "other" by the note', () => {
    expect(previousFindings({ reasons: ['other'], note: 'Name the author.', checks: [] })).toEqual([
      'The reviewer wrote: Name the author.',
    ]);
  });

  it('is bounded', () => {
    const checks = Array.from({ length: 50 }, (_, i) => finding('too_short', `${i} ${'x'.repeat(3_000)}`));
    const found = previousFindings({ reasons: [], note: null, checks });
    expect([found.length, Math.max(...found.map((text) => text.length))]).toEqual([20, 2_000]);
  });
});
