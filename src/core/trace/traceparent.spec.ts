import { expect, it } from '@jest/globals';
import { parseTraceparent } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const ZEROS = `00${'1'.repeat(14)}00${'1'.repeat(12)}00`;
const VALID = `00-${TRACE}-${PARENT}-01`;

it.each([
  ['of version 00', VALID, VALID],
  ['of version 00 that is not sampled', `00-${TRACE}-${PARENT}-00`, `00-${TRACE}-${PARENT}-00`],
  ['of version 00 with other flags', `00-${TRACE}-${PARENT}-03`, `00-${TRACE}-${PARENT}-03`],
  ['with zeros in its ids', `00-${ZEROS}-${ZEROS.slice(16)}-01`, `00-${ZEROS}-${ZEROS.slice(16)}-01`],
  ['between spaces', ` ${VALID}\t`, VALID],
  ['of a later version, as version 00', `cc-${TRACE}-${PARENT}-03`, VALID],
  ['of a later version with more parts', `01-${TRACE}-${PARENT}-01-what-comes-later`, VALID],
])('reads a value %s', (_, header, expected) => {
  expect(parseTraceparent(header)).toBe(expected);
});

it.each<[string, string | string[] | undefined]>([
  ['a missing value', undefined],
  ['two values', [VALID, VALID]],
  ['two values in one header', `${VALID}, ${VALID}`],
  ['an empty value', ''],
  ['version ff', `ff-${TRACE}-${PARENT}-01`],
  ['more parts in version 00', `${VALID}-more`],
  ['a later version without a hyphen after the flags', `01-${TRACE}-${PARENT}-01x`],
  ['capital letters', VALID.toUpperCase()],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
  ['a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
  ['a missing part', `00-${TRACE}-${PARENT}`],
])('ignores %s', (_, header) => {
  expect(parseTraceparent(header)).toBeNull();
});
