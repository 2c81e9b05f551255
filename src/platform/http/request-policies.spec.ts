import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { parseIdempotencyKey, requestHash } from './idempotency.ts';
import { decodeCursor, decodeIdCursor, encodeCursor, idPage } from './paging.ts';
import { ProblemError } from './problem.ts';
import { requestId } from './request-id.ts';

describe('cursors', () => {
  it('come back as they went, whatever text and numbers they hold', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        expect(decodeCursor(encodeCursor(parts), parts.length)).toEqual(JSON.parse(JSON.stringify(parts)));
      }),
    );
  });

  const again = (raw: string): string => {
    try {
      return encodeCursor(decodeCursor(raw, 1));
    } catch (error) {
      return error instanceof ProblemError ? `${error.status} ${error.code}` : String(error);
    }
  };

  it('that anybody made up are refused or are the ones we would make', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.string().map((text) => `1${Buffer.from(text).toString('base64url')}`),
        ),
        (raw) => {
          expect([raw, '400 invalid_cursor']).toContain(again(raw));
        },
      ),
    );
  });

  it('lead to the next page of their own list, and of no other', () => {
    const rows = ['c', 'b', 'a'].map((digit) => ({ id: `01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1${digit}` }));
    const { items, nextCursor } = idPage('letters', rows, 2, (row) => row.id.at(-1));
    expect(items).toEqual(['c', 'b']);
    expect(decodeIdCursor('letters', nextCursor ?? '')).toBe(rows[1]?.id);
    expect(() => decodeIdCursor('numbers', nextCursor ?? '')).toThrow(ProblemError);
    expect(idPage('letters', rows, 3, (row) => row.id).nextCursor).toBeNull();
    expect(decodeIdCursor('letters', undefined)).toBeUndefined();
    for (const id of ['x', 7]) expect(() => decodeIdCursor('letters', encodeCursor(['letters', id]))).toThrow(ProblemError);
  });
});

describe('idempotency', () => {
  it.each([['a'], ['!~"'], ['x'.repeat(255)]])('takes the key %.20s', (key) => {
    expect(parseIdempotencyKey(key)).toBe(key);
  });

  it.each([[''], ['x'.repeat(256)], ['x'.repeat(12_000)], ['two words'], ['schlüssel'], ['tab\t'], [['a', 'b']]])(
    'refuses the key %.20s and names the header',
    (key) => {
      expect(() => parseIdempotencyKey(key)).toThrow(/Idempotency-Key/);
    },
  );

  it('has no key without the header', () => {
    expect(parseIdempotencyKey(undefined)).toBeNull();
  });

  it('hashes the same request to the same value, whatever the order of its members, and others to others', () => {
    const hex = (route: string, body: unknown): string => requestHash(route, body).toString('hex');
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      return typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, reversed(item)]),
          )
        : value;
    };
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(hex('POST /x', reversed(a))).toBe(hex('POST /x', a));
        expect(hex('POST /x', a) === hex('POST /x', b)).toBe(
          isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))),
        );
      }),
    );
    expect(
      new Set([
        hex('POST /x', {}),
        hex('POST /y', {}),
        hex('POST /x', []),
        hex('POST /x', null),
        hex('POST /x', undefined),
        hex('POST /x', [[]]),
      ]).size,
    ).toBe(6);
  });
});

it('takes a harmless request id and makes one otherwise', () => {
  expect(requestId({ headers: { 'x-request-id': 'a1b2-c3d4:5.6_7' } })).toBe('a1b2-c3d4:5.6_7');
  for (const given of ['short', 'with space in it', `x${'y'.repeat(64)}`, 'ünïcödé-1', undefined]) {
    expect(requestId({ headers: { 'x-request-id': given } })).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  }
});
