import { describe, expect, it } from '@jest/globals';
import { errorsByField, formOf, readForm } from './form-values.ts';
import { type Field, fieldsOf, type JsonSchema } from './schema-fields.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['space', 'accountId'],
  properties: {
    limit: { type: 'integer', default: 200 },
    space: { type: 'string', maxLength: 64 },
    accountId: { type: 'string', format: 'uuid' },
    note: { type: 'string', maxLength: 4000 },
    force: { type: 'boolean' },
    mode: { type: 'string', enum: ['all', 'new'] },
    events: { type: 'array', items: { type: 'string', enum: ['done', 'failed'] } },
    tags: { type: 'array', items: { type: 'string' } },
    at: { type: 'string', format: 'date-time' },
    'a/b': { type: 'string', maxLength: 2000, pattern: '^https?://' },
    options: { type: 'object', additionalProperties: true },
    filter: {
      type: 'object',
      required: ['status'],
      properties: { status: { type: 'string' }, deep: { type: 'object', properties: { x: { type: 'object', properties: { y: {} } } } } },
    },
    either: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
};
const fields = fieldsOf(SCHEMA) as Field[];
const kinds = Object.fromEntries(fields.map(({ pointer, kind }) => [pointer, kind]));

describe('fieldsOf', () => {
  it('gives each property an input of its type, those that are needed first', () => {
    expect(fields.slice(0, 2).map(({ name }) => name)).toEqual(['space', 'accountId']);
    expect(kinds).toEqual({
      '/space': 'text',
      '/accountId': 'account',
      '/limit': 'integer',
      '/note': 'longText',
      '/force': 'boolean',
      '/mode': 'choice',
      '/events': 'choices',
      '/tags': 'texts',
      '/at': 'time',
      '/a~1b': 'text',
      '/options': 'json',
      '/filter': 'group',
      '/either': 'json',
    });
    expect(fields.find(({ name }) => name === 'filter')?.fields.map(({ kind }) => kind)).toEqual(['text', 'json']);
  });

  it('has none for a schema without properties', () => {
    expect([fieldsOf(null), fieldsOf({ type: 'object' })]).toEqual([undefined, undefined]);
  });
});

describe('readForm', () => {
  it('reads what formOf shows', () => {
    const params = {
      space: ' docs',
      accountId: 'a1',
      limit: 5,
      force: false,
      mode: 'new',
      events: ['done'],
      tags: ['x', 'y'],
      at: '2026-11-30T01:05:00.000Z',
      'a/b': 'slash',
      options: { deep: [1] },
      filter: { status: 'open' },
      either: 7,
    };
    expect(readForm(fields, formOf(fields, params))).toEqual({ params, faults: {} });
  });

  it('leaves out what is empty and keeps defaults', () => {
    expect(readForm(fields, { ...formOf(fields, {}), '/space': 'a', '/accountId': 'b' })).toEqual({
      params: { space: 'a', accountId: 'b', limit: 200 },
      faults: {},
    });
  });

  it('says what is missing or wrong, by pointer', () => {
    const values = { ...formOf(fields, {}), '/limit': 'many', '/options': '{', '/filter/deep': '{}' };
    expect(readForm(fields, values).faults).toEqual({
      '/space': 'required',
      '/accountId': 'required',
      '/limit': 'notNumber',
      '/options': 'notJson',
      '/filter/status': 'required',
    });
  });
});

it('puts the errors of the server at their fields', () => {
  const errors = [
    { pointer: '/params/space', detail: 'is too long' },
    { pointer: '/params/tags/0', detail: 'must be text' },
    { pointer: '/params/filter/status', detail: 'is unknown' },
    { pointer: '/params/a~1b', detail: 'no' },
    { pointer: '/params/other', detail: 'is not known' },
    { pointer: '/priority', detail: 'is too high' },
  ];
  expect(errorsByField(fields, errors)).toEqual({
    byField: { '/space': 'is too long', '/tags': 'must be text', '/filter/status': 'is unknown', '/a~1b': 'no' },
    rest: ['/params/other: is not known', '/priority: is too high'],
  });
});
