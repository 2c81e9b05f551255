import { expect, it } from '@jest/globals';
import { TaskFailure } from './failure.ts';
import { toResultJson } from './result-json.ts';

it('returns a result as JSON', () => {
  expect(toResultJson({ words: 3, at: new Date(0) })).toEqual({ words: 3, at: '1970-01-01T00:00:00.000Z' });
});

it('names what cannot be stored, in a failure that is final', () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  let failure: unknown;
  try {
    toResultJson(loop, 'the result of the step "draft"');
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(TaskFailure);
  expect(failure).toMatchObject({ failureClass: 'invalid_output', code: 'result_not_json' });
  expect((failure as Error).message).toMatch(/^the result of the step "draft" cannot be stored as JSON: ./);
});

it('passes on an error that the result itself throws', () => {
  const cause = new RangeError('no such row');
  const broken = {
    get row() {
      throw cause;
    },
  };
  expect(() => toResultJson(broken)).toThrow(cause);
});
