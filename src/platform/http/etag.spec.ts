import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { isNotModified } from './etag.ts';

const CHANGED = new Date('2026-11-29T10:00:00.700Z');
const LATER = new Date('2026-11-29T10:00:05.000Z');

class Reply {
  readonly headers: Record<string, string> = {};
  code = 200;

  header(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  status(code: number): this {
    this.code = code;
    return this;
  }
}

function ask(conditions: Parameters<typeof isNotModified>[1], now = LATER): { notModified: boolean; reply: Reply } {
  const reply = new Reply();
  const notModified = isNotModified(reply as unknown as FastifyReply, conditions, '"a"', { lastModified: CHANGED, now });
  return { notModified, reply };
}

describe('isNotModified', () => {
  it('sends the validators, and no 304 to a client without a copy', () => {
    expect(ask({})).toMatchObject({
      notModified: false,
      reply: { code: 200, headers: { etag: '"a"', 'last-modified': 'Sun, 29 Nov 2026 10:00:00 GMT' } },
    });
  });

  it.each([
    ['the time of the change', 'Sun, 29 Nov 2026 10:00:00 GMT', true],
    ['a later time', 'Sun, 29 Nov 2026 10:00:01 GMT', true],
    ['an earlier time', 'Sun, 29 Nov 2026 09:59:59 GMT', false],
    ['no time', 'yesterday', false],
  ])('compares If-Modified-Since in whole seconds: %s', (_, ifModifiedSince, expected) => {
    const { notModified, reply } = ask({ ifModifiedSince });
    expect([notModified, reply.code]).toEqual([expected, expected ? 304 : 200]);
  });

  it('ignores the time beside an ETag', () => {
    const ifModifiedSince = 'Sun, 29 Nov 2026 10:00:01 GMT';
    expect(ask({ ifNoneMatch: '"b"', ifModifiedSince }).notModified).toBe(false);
    expect(ask({ ifNoneMatch: '"b", W/"a"', ifModifiedSince: 'yesterday' }).notModified).toBe(true);
  });

  it('promises no time in the second of the change, in which a second change would be missed', () => {
    const { notModified, reply } = ask({ ifModifiedSince: 'Sun, 29 Nov 2026 10:00:00 GMT' }, new Date('2026-11-29T10:00:00.900Z'));
    expect([notModified, reply.headers['last-modified']]).toEqual([false, undefined]);
  });
});
