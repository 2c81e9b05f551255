/** The result of one check. `hint` says how to fix it. Only `fail` makes `doctor` end with an error. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly hint: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, hint: null };
}

export function warn(name: string, detail: string, hint: string): Check {
  return { name, status: 'warn', detail, hint };
}

export function fail(name: string, detail: string, hint: string): Check {
  return { name, status: 'fail', detail, hint };
}
