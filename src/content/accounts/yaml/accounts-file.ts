import { stringify } from 'yaml';
import type { Path } from '../../../tasks/declared/yaml-node.ts';
import { type YamlPosition, YamlText } from '../../../tasks/declared/yaml-text.ts';
import { EXPORTED_FIELDS, type ExportedAccount } from './exported-account.ts';

/** A problem of the file as a whole, or of its accounts by their place. */
export interface FileProblem {
  readonly line: number;
  readonly detail: string;
}

/** One element of `accounts`. `lineOf` is the line of the deepest member of the path that the file has. */
export interface AccountEntry {
  readonly name: string;
  readonly members: Readonly<Record<string, unknown>>;
  lineOf(this: void, path: Path): number;
}

const MAX_ACCOUNTS = 1_000;
/** Their members count for objects of JavaScript itself. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads an exported file, or one that a person wrote. With a problem there are no entries. */
export function readAccountsFile(text: string): { entries: AccountEntry[]; problems: FileProblem[] } {
  const yaml = new YamlText(text, { aliases: false, reserved: RESERVED });
  if (yaml.problems.length > 0) return { entries: [], problems: yaml.problems.map(({ line, problem }) => ({ line, detail: problem })) };
  const problems: FileProblem[] = [];
  const reject = (path: Path, detail: string): void => void problems.push({ line: yaml.lineOf(path), detail });
  const root = yaml.value;
  if (!isMap(root)) return { entries: [], problems: [{ line: 1, detail: 'The file must be a map with the member "accounts".' }] };
  for (const name of Object.keys(root))
    if (name !== 'accounts') reject([name], `"${name.slice(0, 60)}" is unknown here. Known is accounts.`);
  const list = root['accounts'];
  if (!Array.isArray(list) || list.length > MAX_ACCOUNTS) {
    reject(['accounts'], `accounts must be a list of at most ${MAX_ACCOUNTS} accounts.`);
    return { entries: [], problems };
  }
  const entries = list.flatMap((members: unknown, index) => entryOf(yaml, members, index, reject));
  const first = new Set<string>();
  for (const { name, lineOf } of entries) {
    if (first.has(name)) problems.push({ line: lineOf(['name']), detail: `The account "${name}" is given twice.` });
    first.add(name);
  }
  return problems.length > 0 ? { entries: [], problems } : { entries, problems };
}

function entryOf(yaml: YamlPosition, members: unknown, index: number, reject: (path: Path, detail: string) => void): AccountEntry[] {
  const path = ['accounts', index];
  const name = isMap(members) ? members['name'] : undefined;
  if (!isMap(members) || typeof name !== 'string' || name.trim() === '') {
    reject(path, 'An account must be a map with a name.');
    return [];
  }
  return [{ name, members, lineOf: (inside) => yaml.lineOf([...path, ...inside]) }];
}

const HEADER = `# Accounts of ContentHub. Channels, their secrets and prompts are not part of it.
# contenthub account import FILE --dry-run shows what an import would change.
`;

export function writeAccountsFile(accounts: readonly ExportedAccount[]): string {
  const written = accounts.map((account) => Object.fromEntries(EXPORTED_FIELDS.map((field) => [field, account[field]])));
  return HEADER + stringify({ accounts: written }, { lineWidth: 0, aliasDuplicateObjects: false });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
