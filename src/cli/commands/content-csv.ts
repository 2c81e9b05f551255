import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { AcceptedBatch, AccountView } from '../api-types.ts';
import { CliError, usageError } from '../cli-error.ts';
import { CsvLineError, type CsvRow, readCsvRows } from '../csv/csv-table.ts';
import { decodeCsv } from '../csv/csv-encoding.ts';
import { type GenerationRow, type LineError, readGenerationRows } from '../csv/generation-rows.ts';
import { Exit } from '../exit-code.ts';
import { isShortOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { confirm } from '../prompt.ts';

export interface CsvOptions {
  readonly csv: string;
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
  readonly yes?: boolean;
  readonly idempotencyKey?: string;
}

/** A line whose account is known. */
type Request = GenerationRow & { readonly accountId: string; readonly accountName: string };

const FIELDS: readonly Field[] = [
  { name: 'line', title: 'Line' },
  { name: 'accountName', title: 'Account', kind: 'text' },
  { name: 'topic', title: 'Topic', kind: 'text' },
  { name: 'keywords', title: 'Keywords', kind: 'list' },
  { name: 'priority', title: 'Priority' },
  { name: 'autoApprove', title: 'Auto-approve' },
  { name: 'accountId', title: 'Account ID', detail: true },
];
const SUBMITTED_FIELDS: readonly Field[] = [
  { name: 'batchId', title: 'Batch' },
  { name: 'total', title: 'Tasks' },
  { name: 'skipped', title: 'Skipped lines' },
];
const HELP = 'contenthub content generate --help';
/** The most tasks of one batch, which the server stores all or none. */
const MAX_ROWS = 1_000;
/** The faults that are printed. */
const MAX_SHOWN = 50;

/** `content generate --csv`: a content for each line. All of them are submitted in one transaction, or none. */
export async function generateFromCsv(call: Invocation, options: CsvOptions): Promise<void> {
  const { api, printer } = call;
  const showRows = printer.list<Request>(FIELDS);
  const showBatch = printer.one(SUBMITTED_FIELDS);
  const { rows, errors, unusable } = readGenerationRows(await rowsOf(call, options.csv));
  const { requests, unknown } = unusable ? { requests: [], unknown: [] } : await withAccounts(call, rows);
  const faults = [...errors, ...unknown].sort((a, b) => a.line - b.line);
  if (faults.length > 0 && (unusable || !options.skipBad)) throw faultsError(faults, 'Nothing was submitted');
  for (const { line, column, detail } of faults)
    call.note(`Left out: line ${line}${column === null ? '' : `, column ${column}`}: ${detail}`);
  if (requests.length === 0) throw faultsError(faults, 'No line can be submitted');
  if (requests.length > MAX_ROWS)
    throw usageError(`The file has ${requests.length} lines, at most ${MAX_ROWS} are submitted together: split it`, HELP);
  const skipped = new Set(faults.map(({ line }) => line)).size;
  if (options.dryRun) {
    await showRows(onePage({ items: requests }));
    call.note(`${requests.length} contents would be requested${skipped > 0 ? `, ${skipped} lines left out` : ''}. Nothing was submitted`);
    return;
  }
  const accounts = new Set(requests.map(({ accountId }) => accountId)).size;
  const question = `This requests ${requests.length} contents for ${accounts} ${accounts === 1 ? 'account' : 'accounts'}.`;
  await confirm(call, question, { yes: options.yes, next: 'the same command with --yes, or --dry-run' });
  const tasks = requests.map(({ accountId, topic, keywords, priority, autoApprove }) => ({
    taskName: 'content-generation',
    params: { accountId, topic, keywords, autoApprove },
    priority,
  }));
  const name = options.csv === '-' ? 'contents of a CSV' : `contents of ${options.csv.split(/[/\\]/).at(-1)}`.slice(0, 200);
  const batch = await api
    .create<AcceptedBatch>('/batches', { name, tasks }, options.idempotencyKey)
    .catch((error: unknown) => Promise.reject(withLines(error, requests)));
  if (printer.format === 'table' && !call.options.columns) printer.text(`${batch.batchId}\n`);
  else showBatch({ ...batch, skipped });
  call.note(`Next: contenthub task list --batch ${batch.batchId}`);
}

async function rowsOf({ terminal }: Invocation, source: string): Promise<CsvRow[]> {
  const bytes = source === '-' ? await buffer(terminal.stdin) : await readFile(resolve(terminal.cwd, source)).catch(cannotRead);
  const decoded = decodeCsv(bytes);
  if (decoded === null) throw usageError(`${source} is neither UTF-8, UTF-16 nor GB18030 text. In Excel, save it as "CSV UTF-8"`, HELP);
  try {
    return readCsvRows(decoded.text);
  } catch (error) {
    if (!(error instanceof CsvLineError)) throw error;
    throw faultsError([{ line: error.line, column: null, detail: error.message }], 'Nothing was submitted');
  }
}

function cannotRead(error: Error): never {
  throw usageError(`The file cannot be read: ${error.message}`, HELP);
}

/** Each account is looked up once, by id, short id or exact name. */
async function withAccounts({ api }: Invocation, rows: readonly GenerationRow[]): Promise<{ requests: Request[]; unknown: LineError[] }> {
  const accounts: AccountView[] = [];
  for await (const { items } of api.pages<AccountView>('/accounts', {})) accounts.push(...items);
  const requests: Request[] = [];
  const unknown: LineError[] = [];
  for (const row of rows) {
    const word = row.account.toLowerCase();
    const found = accounts.find(({ id, name }) => id === word || name === row.account || isShortOf(row.account, id));
    const fail = (detail: string): void => void unknown.push({ line: row.line, column: 'account_id', detail });
    if (found === undefined) fail(`is "${row.account}", which is no account`);
    else if (found.status !== 'active') fail(`is "${row.account}", which is ${found.status}`);
    else requests.push({ ...row, accountId: found.id, accountName: found.name });
  }
  return { requests, unknown };
}

function faultsError(faults: readonly LineError[], what: string): CliError {
  const lines = new Set(faults.map(({ line }) => line)).size;
  const errors = faults.slice(0, MAX_SHOWN).map(({ line, column, detail }) => ({
    pointer: `line ${line}${column === null ? '' : `, column ${column}`}:`,
    code: 'csv_invalid',
    detail,
  }));
  const more = faults.length > MAX_SHOWN ? `; the first ${MAX_SHOWN} of ${faults.length} faults are shown` : '';
  const title = `${lines} ${lines === 1 ? 'line is' : 'lines are'} wrong. ${what}${more}`;
  const next = 'correct the lines, or leave them out with --skip-bad';
  return new CliError(Exit.usage, 'csv_invalid', title, next, { type: 'about:blank', title, code: 'csv_invalid', errors });
}

/** The server names a task by its index; the user has lines. */
function withLines(error: unknown, requests: readonly Request[]): unknown {
  if (!(error instanceof CliError) || error.problem?.errors === undefined) return error;
  const errors = error.problem.errors.map((each) => {
    const [, index, field] = /^\/tasks\/(\d+)(?:\/(?:params\/)?(.*))?$/.exec(each.pointer ?? '') ?? [];
    const line = index === undefined ? undefined : requests[Number(index)]?.line;
    return line === undefined ? each : { ...each, pointer: `line ${line}${field ? `, ${field}` : ''}:` };
  });
  return new CliError(error.exitCode, error.code, error.message, error.next, { ...error.problem, errors });
}
