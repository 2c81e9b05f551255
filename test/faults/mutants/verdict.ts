export interface MutantRun {
  readonly hung: boolean;
  /** Tests that passed or failed. */
  readonly ran: number;
  readonly failed: readonly { readonly file: string; readonly fullName: string }[];
  /** Files that could not run, with the reason. */
  readonly broken: readonly string[];
}

export interface Verdict {
  readonly kind: 'killed' | 'survived' | 'inconclusive';
  readonly why: string;
}

/**
 * What a run of the tests says about a mutant: `killed`, `survived`, or `inconclusive`. Only a test that failed has killed it: a
 * run that was ended by its time limit may have been slow, and tests that could not run say nothing.
 */
export function verdictOf(
  { hung, ran, failed, broken }: MutantRun,
  { statements, only, limitMs }: { statements: string; only: string | undefined; limitMs: number },
): Verdict {
  const invalid = failed.find((test) => test.file.endsWith(statements));
  if (invalid !== undefined) return { kind: 'inconclusive', why: `no valid statement: ${invalid.fullName}` };
  if (hung) return { kind: 'inconclusive', why: `the tests did not end within ${limitMs / 1_000} s` };
  if (broken[0] !== undefined) return { kind: 'inconclusive', why: `the tests could not run: ${broken[0].slice(0, 500)}` };
  if (ran === 0) return { kind: 'inconclusive', why: `no test is named ${only}` };
  if (failed[0] !== undefined) return { kind: 'killed', why: failed[0].fullName };
  return { kind: 'survived', why: `${ran} tests passed` };
}
