import type { OpenAPIObject } from '@nestjs/swagger';
import type { ReferenceObject, RequestBodyObject, SchemaObject } from '@nestjs/swagger';
import { operationsOf } from './operations.ts';

const SHAPES = ['properties', 'additionalProperties', 'allOf', 'anyOf', 'oneOf'];

/** Nest wraps a reference with a description in `allOf`. OpenAPI 3.1 allows a description beside a reference. */
export function unwrapReferences(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const members: unknown = Reflect.get(node, 'allOf');
  const [only, second] = Array.isArray(members) ? (members as unknown[]) : [];
  if (typeof only === 'object' && only !== null && '$ref' in only && second === undefined) {
    Reflect.deleteProperty(node, 'allOf');
    Object.assign(node, only);
  }
  for (const value of Object.values(node)) unwrapReferences(value);
}

/** Client generators read `{type: object}` alone as an object without members. This allows any members. */
export function openFreeObjects(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if (isFreeObject(node)) Reflect.set(node, 'additionalProperties', true);
  for (const [key, value] of Object.entries(node)) if (key !== 'example' && key !== 'examples') openFreeObjects(value);
}

function isFreeObject(node: object): boolean {
  const type: unknown = Reflect.get(node, 'type');
  return (type === 'object' || (Array.isArray(type) && type.includes('object'))) && !SHAPES.some((key) => key in node);
}

/**
 * Moves defaults of request bodies into descriptions. Generators read `default` as "always present" and then require
 * the member from senders. PATCH bodies are skipped, because an absent member keeps its value.
 */
export function moveDefaultsOfBodies(document: OpenAPIObject): void {
  for (const { method, operation } of operationsOf(document)) {
    const name = bodySchemaName(operation.requestBody);
    if (name !== undefined) moveDefaults(document, name, method === 'patch', new Set());
  }
}

function moveDefaults(document: OpenAPIObject, name: string, drop: boolean, seen: Set<string>): void {
  if (seen.has(name)) return;
  seen.add(name);
  const schema = document.components?.schemas?.[name] as SchemaObject | undefined;
  for (const property of Object.values(schema?.properties ?? {}) as SchemaObject[]) {
    if (property.default !== undefined) {
      if (!drop) property.description = `${property.description ?? ''} Default: ${String(property.default)}.`.trim();
      delete property.default;
    }
    for (const [, inner = ''] of JSON.stringify(property).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      moveDefaults(document, inner, drop, seen);
  }
}

/** A body whose members are all optional is optional itself. */
export function markOptionalBodies(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const schema = document.components?.schemas?.[bodySchemaName(operation.requestBody) ?? ''] as SchemaObject | undefined;
    if (schema) (operation.requestBody as RequestBodyObject).required = (schema.required ?? []).length > 0;
  }
}

function bodySchemaName(body: RequestBodyObject | ReferenceObject | undefined): string | undefined {
  const schema = body && 'content' in body ? body.content['application/json']?.schema : undefined;
  return schema && '$ref' in schema ? schema.$ref.replace('#/components/schemas/', '') : undefined;
}
