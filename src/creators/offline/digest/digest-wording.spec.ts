import { expect, it } from '@jest/globals';
import { DIGEST_WORDING } from './digest-wording.ts';

it.each([
  [null, null, '2 sources have passages'],
  ['2026-03-14', '2026-03-14', '2 sources, dated 2026-03-14, have passages'],
  ['2026-03-14', '2026-04-02', '2 sources, dated 2026-03-14 to 2026-04-02, have passages'],
])('names the dates of its sources where there are some (%s, %s)', (from, to, words) => {
  const facts = { subject: null, isTopic: false, sources: 2, answering: [], from, to };
  expect(DIGEST_WORDING.en.lead(facts as never)).toMatch(new RegExp(`^${words}\\.`));
});
