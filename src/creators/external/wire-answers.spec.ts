import { describe, expect, it } from '@jest/globals';
import { readStatus, readText } from './wire-answers.ts';

const usageOf = (usage: unknown) => readText({ content: 'x', usage }, '').usage;

describe('the usage that another system reports', () => {
  it.each([
    [
      { promptTokens: 1, completionTokens: 2, cost: 0.5, currency: 'USD' },
      { promptTokens: 1, completionTokens: 2, cost: 0.5, currency: 'USD', estimated: false },
    ],
    [
      { promptTokens: 1, completionTokens: 2 },
      { promptTokens: 1, completionTokens: 2, cost: null, currency: null, estimated: false },
    ],
    [
      { promptTokens: 1, completionTokens: 2, cost: 0.5 },
      { promptTokens: 1, completionTokens: 2, cost: null, currency: null, estimated: false },
    ],
    [
      { cost: 0.5, currency: 'USD' },
      { promptTokens: 0, completionTokens: 0, cost: 0.5, currency: 'USD', estimated: true },
    ],
    [{ cost: -1, currency: 'USD' }, null],
    [{}, null],
    ['many', null],
  ])('%j is read as %j', (reported, expected) => {
    expect(usageOf(reported)).toEqual(expected);
  });

  it('comes with failed work too', () => {
    const failed = { status: 'failed', error: { code: 'rejected_content', message: 'no' }, usage: { cost: 0.1, currency: 'USD' } };
    expect(readStatus(failed, '')).toMatchObject({ state: 'failed', usage: { cost: 0.1 } });
    expect(readStatus({ status: 'failed' }, '')).toMatchObject({ state: 'failed', usage: null });
  });
});
