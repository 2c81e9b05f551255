import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { markOptionalBodies, moveDefaultsOfBodies, openFreeObjects, unwrapReferences } from './schemas.ts';

const PART = '#/components/schemas/Part';
const THING = '#/components/schemas/Thing';

function documentWith(method: 'patch' | 'post', thing: object): OpenAPIObject {
  const requestBody = { required: true, content: { 'application/json': { schema: { $ref: THING } } } };
  return {
    openapi: '3.1.1',
    info: { title: 'test', version: '1' },
    paths: { '/things': { [method]: { requestBody, responses: {} } } },
    components: { schemas: { Thing: thing } },
  };
}

describe('openFreeObjects', () => {
  it('adds members to objects that declare none, at any depth, and keeps declared ones and examples unchanged', () => {
    const schemas = {
      Free: { type: 'object' },
      Nullable: { type: ['object', 'null'] },
      Declared: { type: 'object', properties: { inner: { type: 'array', items: { type: 'object' } } }, example: { type: 'object' } },
      Map: { type: 'object', additionalProperties: { type: 'string' } },
    };
    openFreeObjects(schemas);
    expect(schemas).toEqual({
      Free: { type: 'object', additionalProperties: true },
      Nullable: { type: ['object', 'null'], additionalProperties: true },
      Declared: {
        type: 'object',
        properties: { inner: { type: 'array', items: { type: 'object', additionalProperties: true } } },
        example: { type: 'object' },
      },
      Map: { type: 'object', additionalProperties: { type: 'string' } },
    });
  });
});

describe('unwrapReferences', () => {
  it('puts a single reference beside its description, and keeps real compositions', () => {
    const both = { allOf: [{ $ref: THING }, { type: 'object' }] };
    const schemas = { one: { description: 'it', allOf: [{ $ref: THING }] }, both };
    unwrapReferences(schemas);
    expect(schemas).toEqual({ one: { description: 'it', $ref: THING }, both });
  });
});

describe('moveDefaultsOfBodies', () => {
  const language = { type: 'string', description: 'Of the texts.', default: 'en' };

  function languageAfter(method: 'patch' | 'post'): object | undefined {
    const document = documentWith(method, { type: 'object', properties: { parts: { type: 'array', items: { $ref: PART } } } });
    Object.assign(document.components?.schemas ?? {}, { Part: { type: 'object', properties: { language: { ...language } } } });
    moveDefaultsOfBodies(document);
    return document.components?.schemas?.Part;
  }

  it('drops them from the body of a PATCH', () => {
    expect(languageAfter('patch')).toEqual({ type: 'object', properties: { language: { type: 'string', description: 'Of the texts.' } } });
  });

  it('moves them to the descriptions of other bodies, also in referenced schemas', () => {
    const described = { type: 'string', description: 'Of the texts. Default: en.' };
    expect(languageAfter('post')).toEqual({ type: 'object', properties: { language: described } });
  });
});

describe('markOptionalBodies', () => {
  it.each([
    [['name'], true],
    [[], false],
    [undefined, false],
  ])('a body that requires %j: required is %s', (required, expected) => {
    const document = documentWith('post', { type: 'object', required });
    markOptionalBodies(document);
    expect(document.paths['/things']?.post?.requestBody).toMatchObject({ required: expected });
  });
});
