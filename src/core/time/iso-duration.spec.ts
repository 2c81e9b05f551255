import { describe, expect, it } from '@jest/globals';
import { isoDurationSeconds } from './iso-duration.ts';

describe('isoDurationSeconds', () => {
  it.each([
    ['P30D', 2_592_000],
    ['PT24H', 86_400],
    ['P1W', 604_800],
    ['P1DT2H3M4S', 93_784],
    ['PT0S', 0],
    ['P12W', 7_257_600],
    ['PT11M12S', 672],
  ])('%s is %i', (text, seconds) => expect(isoDurationSeconds(text)).toBe(seconds));

  it.each(['', 'P', 'PT', 'P1DT', '30d', 'P1M', 'P1Y', 'P-1D', 'P1.5D', 'p30d', ' P30D', 'P30D\n', 'P9999999D', 'PT1S1M'])(
    '%j is none',
    (text) => expect(isoDurationSeconds(text)).toBeUndefined(),
  );
});
