export type JsonSchema = { readonly [keyword: string]: unknown };

const PREFIX = '#/components/schemas/';

/** The schema of a name with every reference replaced by what it refers to; one that contains itself allows anything there. */
export function inlineReferences(schemas: Readonly<Record<string, unknown>>, name: string): JsonSchema | null {
  const schema = schemas[name];
  return schema === undefined ? null : (inline(schema, schemas, [name]) as JsonSchema);
}

function inline(node: unknown, schemas: Readonly<Record<string, unknown>>, within: readonly string[]): unknown {
  if (Array.isArray(node)) return node.map((one) => inline(one, schemas, within));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref: reference, ...rest } = node as { $ref?: unknown };
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inline(value, schemas, within)]));
  if (typeof reference !== 'string' || !reference.startsWith(PREFIX)) return reference === undefined ? own : { $ref: reference, ...own };
  const name = reference.slice(PREFIX.length);
  if (within.includes(name)) return own;
  return { ...(inline(schemas[name] ?? {}, schemas, [...within, name]) as object), ...own };
}
