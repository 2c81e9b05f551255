import { describe, expect, it } from '@jest/globals';
import { CreationError, type CreationErrorCode } from './creation-error.ts';

describe('CreationError', () => {
  it.each<[CreationErrorCode, boolean]>([
    ['transient', true],
    ['rate_limited', true],
    ['timeout', true],
    ['invalid_input', false],
    ['insufficient_material', false],
    ['rejected_content', false],
    ['budget_exceeded', false],
    ['unknown_outcome', false],
    ['incompatible', false],
  ])('%s: retryable %s', (code, retryable) => {
    expect(new CreationError(code, 'why').retryable).toBe(retryable);
  });
});
