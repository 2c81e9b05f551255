import { describe, expect, it } from '@jest/globals';
import { AnswerCheck, type SentAnswer } from './answer-check.ts';

const COUNTS = { count: 3 };
const ROUTE = '/tasks/executions/cancel/all';

function answerOf(changes: Partial<SentAnswer> & { headers?: Record<string, string> } = {}): SentAnswer {
  const { headers = {}, ...rest } = changes;
  const all: Record<string, string> = { 'content-type': 'application/json; charset=utf-8', ...headers };
  return { method: 'DELETE', route: ROUTE, status: 200, header: (name) => all[name], text: JSON.stringify(COUNTS), ...rest };
}

function differences(answer: SentAnswer): string[] {
  const check = new AnswerCheck();
  check.check(answer);
  return check.differences;
}

const at = (status: number): string => `DELETE ${ROUTE} ${status}:`;
const problem = { type: 'x', title: 'x', status: 404, detail: 'x', instance: 'x', code: 'x', traceId: 'x', retryable: false, errors: [] };
const asProblem = { 'content-type': 'application/problem+json' };

describe('answers compared with openapi.json', () => {
  it.each<[string, SentAnswer]>([
    ['what is described', answerOf()],
    ['a problem of the route', answerOf({ status: 422, headers: asProblem, text: JSON.stringify({ ...problem, status: 422 }) })],
    [
      'a problem that any route may have',
      answerOf({ status: 503, headers: { ...asProblem, 'retry-after': '5' }, text: JSON.stringify(problem) }),
    ],
    ['a problem without a route', answerOf({ route: undefined, status: 404, headers: asProblem, text: JSON.stringify(problem) })],
    ['a page that is none of the API', answerOf({ route: '/docs/', text: 'x' })],
  ])('%s passes', (_what, answer) => {
    expect(differences(answer)).toEqual([]);
  });

  it.each<[string, SentAnswer, string]>([
    ['a member too many', answerOf({ text: '{"count":3,"of":4}' }), 'must NOT have additional properties {"additionalProperty":"of"}'],
    ['a member too few', answerOf({ text: '{}' }), "must have required property 'count'"],
    ['another type', answerOf({ text: '{"count":"3"}' }), '/count must be integer'],
    ['no body', answerOf({ text: '' }), 'the body is missing'],
    ['another content type', answerOf({ headers: { 'content-type': 'text/html' } }), 'the content type text/html is not described'],
    ['another status', answerOf({ status: 409 }), 'the status is not described'],
    ['another method', answerOf({ method: 'PUT' }), 'the operation is not described'],
    ['a header too many', answerOf({ headers: { etag: '"v1"' } }), 'the header ETag is not described'],
    ['a problem of another form', answerOf({ status: 404, headers: asProblem, text: '{}' }), 'the status is not described'],
    ['a problem with less', answerOf({ status: 422, headers: asProblem, text: '{}' }), "must have required property 'code'"],
  ])('%s differs', (_what, answer, difference) => {
    const method = answer.method === 'PUT' ? `PUT ${ROUTE} 200:` : at(answer.status);
    expect(differences(answer).join('\n')).toContain(difference);
    expect(differences(answer).every((line) => line.startsWith(method))).toBe(true);
  });

  it('finds a missing header', () => {
    const answer = answerOf({ method: 'GET', route: '/accounts/{id}', status: 401, headers: asProblem, text: JSON.stringify(problem) });
    expect(differences(answer)).toEqual(['GET /accounts/{id} 401: the header WWW-Authenticate is missing']);
  });

  it('fails the test with the difference, once', () => {
    const check = new AnswerCheck();
    check.check(answerOf({ text: '{}' }));
    expect(() => check.assertNone()).toThrow(/answers differ from openapi\.json/);
    expect(() => check.assertNone()).not.toThrow();
  });
});
