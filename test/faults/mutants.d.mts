export const MUTANTS: readonly {
  readonly name: string;
  /** A pattern of files, in which `find` occurs once. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
  /** Part of the names of the tests; all when undefined. */
  readonly only?: string;
}[];
