/** SQLSTATE of a limit that a role or a database has, such as temp_file_limit. The server itself has room. */
const CONFIGURATION_LIMIT = '53400';

/** What a health report says about a failed probe of the database, by SQLSTATE class. */
const PROBLEMS: readonly [prefix: string, problem: string][] = [
  ['25006', 'the database is read-only'],
  ['5330', 'the database accepts no more connections'],
  ['53', 'the database cannot write'],
  ['42', 'the database refuses the probe'],
  ['3D', 'the database does not exist'],
  ['28', 'the database refuses the login'],
  ['57014', 'the database was too slow to answer'],
];

/** The session may not use more of a resource. Other statements, and writes, are not affected. */
export function isSessionLimit(error: unknown): boolean {
  return codeOf(error) === CONFIGURATION_LIMIT;
}

export function problemOf(error: unknown): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  if (message === 'the database is read-only') return message;
  const problem = PROBLEMS.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (problem !== undefined) return `${problem} (${code}: ${message})`;
  return code === '' ? 'the database does not answer' : `the database does not answer (${code})`;
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
