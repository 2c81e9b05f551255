/** An RFC 6901 pointer: empty for the whole value, else `/name/0/…` with ~1 for a slash and ~0 for a tilde. */
export const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** The value at the pointer; undefined when there is none. */
export function valueAt(json: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let node = json;
  for (const step of steps) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined;
    if (Array.isArray(node) && !/^\d+$/.test(step)) return undefined; // rejects `length`
    node = Reflect.get(node, step);
  }
  return node;
}
