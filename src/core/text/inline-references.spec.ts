import { describe, expect, it } from '@jest/globals';
import { inlineReferences } from './inline-references.ts';

const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('a schema without references', () => {
  it('has what they refer to, with the words beside them', () => {
    const schemas = {
      Outer: {
        type: 'object',
        properties: { one: { ...to('Inner'), description: 'The first.' }, many: { type: 'array', items: to('Inner') } },
      },
      Inner: { type: 'object', description: 'Any.', properties: { word: { type: 'string' } } },
    };
    const inner = { type: 'object', description: 'Any.', properties: { word: { type: 'string' } } };
    expect(inlineReferences(schemas, 'Outer')).toEqual({
      type: 'object',
      properties: { one: { ...inner, description: 'The first.' }, many: { type: 'array', items: inner } },
    });
  });

  it('keeps lists, null and references to other documents', () => {
    const schemas = {
      Outer: { oneOf: [to('Inner'), { $ref: 'https://hub.example/other', title: 'Other' }], enum: ['a', null], required: ['one'] },
      Inner: { type: 'null' },
    };
    expect(inlineReferences(schemas, 'Outer')).toEqual({ ...schemas.Outer, oneOf: [{ type: 'null' }, schemas.Outer.oneOf[1]] });
  });

  it('ends where it contains itself', () => {
    const schemas = { Tree: { type: 'object', properties: { child: to('Tree') } } };
    expect(inlineReferences(schemas, 'Tree')).toEqual({ type: 'object', properties: { child: {} } });
  });

  it('is null for an unknown name', () => expect(inlineReferences({}, 'Other')).toBeNull());
});
