import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../core/task/failure.ts';
import { type Expectation, resultOf } from './response-expectation.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ANY: Expectation = { statuses: ['2xx'], json: [] };

interface Given {
  status?: number;
  text?: string;
  retryAfter?: string;
  expect?: Partial<Expectation>;
  pointer?: string;
}

const read = ({ status = 200, text = '{"code":0,"data":[1,2]}', retryAfter, expect: wanted, pointer = '' }: Given): unknown =>
  resultOf({ status, headers: { 'retry-after': retryAfter }, text, cut: false }, { ...ANY, ...wanted }, pointer, NOW);

function failureOf(given: Given): TaskFailure {
  try {
    read(given);
  } catch (error) {
    if (error instanceof TaskFailure) return error;
    throw error;
  }
  throw new Error('was taken as success');
}

describe('resultOf', () => {
  it('keeps the digits of integers beyond 2^53 as strings', () => {
    const text = '{"code":0,"data":{"message_id":7615917337495251231}}';
    expect(read({ text, pointer: '/data' })).toEqual({ message_id: '7615917337495251231' });
    expect(read({ text: '[9007199254740993.0,9.007199254740993e15]' })).toEqual(['9007199254740993.0', '9.007199254740993e15']);
    expect(read({ text, pointer: '/data/message_id', expect: { json: [['/data/message_id', '7615917337495251231']] } })).toBe(
      '7615917337495251231',
    );
  });

  it.each<[Given, unknown]>([
    [{}, { code: 0, data: [1, 2] }],
    [{ pointer: '/data/1' }, 2],
    [{ text: 'null' }, null],
    [{ status: 204, text: '' }, null],
    [{ text: 'done, thanks' }, 'done, thanks'],
    [{ text: '{"code":"\\u0000","n":1e999,"n":1,"data":[7]}', pointer: '/data' }, [7]], // faults only where the task does not read
    [{ status: 404, text: '', expect: { statuses: ['2xx', '404'] } }, null],
    [{ expect: { json: [['/code', 0]] } }, { code: 0, data: [1, 2] }],
    [{ expect: { json: [['/data', [1, 2]]] }, pointer: '/code' }, 0],
  ])('%j', (given, result) => {
    expect(read(given)).toEqual(result);
  });

  it.each<[Given, string, number | null]>([
    [{ status: 429 }, 'rate_limited http_429', null],
    [{ status: 429, retryAfter: '120' }, 'rate_limited http_429', 120_000],
    [{ status: 429, retryAfter: 'Sun, 01 Mar 2026 12:00:30 GMT' }, 'rate_limited http_429', 30_000],
    [{ status: 503, retryAfter: '7' }, 'rate_limited http_503', 7_000],
    [{ status: 503 }, 'transient http_503', null],
    [{ status: 500 }, 'transient http_500', null],
    [{ status: 408 }, 'transient http_408', null],
    [{ status: 400 }, 'invalid_input http_400', null],
    [{ status: 404 }, 'invalid_input http_404', null],
    [{ status: 304 }, 'invalid_output http_304', null],
    [{ status: 200, expect: { statuses: ['201'] } }, 'invalid_output http_200', null],
    [{ text: 'x', pointer: '/a' }, 'invalid_output not_json', null],
    [{ text: '{"code":', expect: { json: [['/code', 0]] } }, 'invalid_output not_json', null],
    [{ pointer: '/items' }, 'invalid_output result_missing', null],
    [{ expect: { json: [['/code', '0']] } }, 'invalid_output unexpected_answer', null],
    [{ text: JSON.stringify('x'.repeat(262_144)) }, 'invalid_output result_too_large', null],
  ])('%j is %s', (given, what, retryAfterMs) => {
    const { failureClass, code, retryAfterMs: wait } = failureOf(given);
    expect([`${failureClass} ${code}`, wait]).toEqual([what, retryAfterMs]);
  });

  it.each<[Given, string, string]>([
    [{ text: '1e999' }, 'number_out_of_range', 'the top is a number too large to store'],
    [{ text: '{"data":[0,-1e400]}', pointer: '/data' }, 'number_out_of_range', '/data/1 is a number too large to store'],
    [{ text: '{"a":1,"a":2}' }, 'duplicate_key', '/a is given twice'],
    [{ text: '{"x":{"b":1,"b":2},"a":{"b":1},"a":{"b":2}}', pointer: '/a/b' }, 'duplicate_key', '/a is given twice'],
    [{ text: '{"code":1,"code":0,"data":1}', pointer: '/data', expect: { json: [['/code', 0]] } }, 'duplicate_key', '/code is given twice'],
    [{ text: '{"a":{"__proto__":{"b":1}}}' }, 'forbidden_key', '/a/__proto__ is a member name that'],
    [{ text: '[{"constructor.prototype":1}]' }, 'forbidden_key', '/0/constructor.prototype is a member name that'],
    [{ text: '[{"prototype":1}]', pointer: '/0' }, 'forbidden_key', '/0/prototype is a member name that'],
    [{ text: '"\\u0000"' }, 'nul_character', 'the top holds the character U+0000'],
    [{ text: 'plain \0 text' }, 'nul_character', 'the top holds the character U+0000'],
    [{ text: '{"a":["\\ud800"]}', pointer: '/a' }, 'lone_surrogate', '/a/0 holds half of a surrogate pair'],
    [{ text: '{"\\udc00":1}' }, 'lone_surrogate', 'holds half of a surrogate pair'],
  ])('rejects %j, which could not be stored unchanged', (given, code, place) => {
    expect(failureOf(given)).toMatchObject({ failureClass: 'invalid_output', code, message: expect.stringContaining(place) });
  });

  it('accepts exactly 256 KiB', () => {
    expect(read({ text: JSON.stringify('x'.repeat(262_142)) })).toHaveLength(262_142);
  });

  it('quotes what it found, in short', () => {
    const at = (text: string, wanted: unknown): string => failureOf({ text, expect: { json: [['/code', wanted]] } }).message;
    expect(at('{"code":19024}', 0)).toBe('answered with 19024 at /code, expected 0');
    expect(at('{}', 'ok')).toBe('answered with nothing at /code, expected "ok"');
    expect(at('{"code":{"a":1}}', [1])).toBe('answered with an object at /code, expected a list');
    expect(at(JSON.stringify({ code: 'x'.repeat(98) }), 0)).toBe(`answered with "${'x'.repeat(98)}" at /code, expected 0`);
    expect(at(JSON.stringify({ code: 'x'.repeat(99) }), 0)).toBe('answered with a string of 101 characters at /code, expected 0');
    expect(failureOf({ text: '1', expect: { json: [['', 2]] } }).message).toBe('answered with 1 at the top, expected 2');
  });

  it('refuses 100,000 levels', () => {
    const failure = failureOf({ text: '['.repeat(100_000) + ']'.repeat(100_000) });
    expect(failure).toMatchObject({
      failureClass: 'invalid_output',
      code: 'result_not_json',
      message: expect.stringContaining('nested deeper than 64 levels'),
    });
  });
});
