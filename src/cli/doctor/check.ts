/** One thing looked at. `mend` says how to put right what is not ok; only `fail` makes `doctor` end with an error. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly mend: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, mend: null };
}

export function warn(name: string, detail: string, mend: string): Check {
  return { name, status: 'warn', detail, mend };
}

export function fail(name: string, detail: string, mend: string): Check {
  return { name, status: 'fail', detail, mend };
}
