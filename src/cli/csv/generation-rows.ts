import { closest } from '../../core/text/closest.ts';
import { PRIORITY_WORDS, toPriority } from '../../core/task/priority.ts';
import type { CsvRow } from './csv-table.ts';

export const COLUMNS = ['account_id', 'topic', 'keywords', 'priority', 'auto_approve'] as const;
export type Column = (typeof COLUMNS)[number];

/** Headers of files that editors keep in Chinese. */
const CHINESE: Readonly<Record<string, Column>> = {
  账号: 'account_id',
  主题: 'topic',
  选题: 'topic',
  关键词: 'keywords',
  优先级: 'priority',
  自动审核: 'auto_approve',
};
const REQUIRED: readonly Column[] = ['account_id', 'topic'];

/** One request for a content. `account` is an id or a name. */
export interface GenerationRow {
  readonly line: number;
  readonly account: string;
  readonly topic: string;
  readonly keywords: readonly string[];
  readonly priority?: number;
  readonly autoApprove?: boolean;
}

export interface LineError {
  readonly line: number;
  readonly column: string | null;
  readonly detail: string;
}

export interface GenerationRows {
  readonly rows: readonly GenerationRow[];
  readonly errors: readonly LineError[];
  /** The lines that `errors` are about cannot be left out: the header is wrong. */
  readonly unusable: boolean;
}

const MAX_TOPIC = 300;
const MAX_KEYWORDS = 20;
const MAX_KEYWORD = 50;
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  是: true,
  false: false,
  no: false,
  '0': false,
  否: false,
};

/** Reads every line, and names every fault with its line and column. */
export function readGenerationRows([header, ...body]: readonly CsvRow[]): GenerationRows {
  if (header === undefined) return unusable(1, null, 'the file is empty: its first line names the columns');
  const columns = header.cells.map((cell) => CHINESE[cell] ?? cell.toLowerCase());
  const errors = headerErrors(header.line, columns);
  if (errors.length > 0) return { rows: [], errors, unusable: true };
  if (body.length === 0) return unusable(header.line + 1, null, 'there are no lines after the header');
  const read = body.map((row) => readRow(row, columns as Column[]));
  return { rows: read.flatMap(({ row }) => row ?? []), errors: read.flatMap((each) => each.errors), unusable: false };
}

function unusable(line: number, column: string | null, detail: string): GenerationRows {
  return { rows: [], errors: [{ line, column, detail }], unusable: true };
}

function headerErrors(line: number, columns: readonly string[]): LineError[] {
  const known: readonly string[] = COLUMNS;
  const wrong = columns.flatMap((column, i) => {
    if (!known.includes(column)) {
      const near = closest(column, COLUMNS);
      const hint = near === null ? `the columns are ${COLUMNS.join(', ')}` : `did you mean ${near}?`;
      return { line, column: column || `${i + 1}`, detail: `is no column: ${hint}` };
    }
    return columns.indexOf(column) === i ? [] : { line, column, detail: 'is there twice' };
  });
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  return [...wrong, ...missing.map((column) => ({ line, column, detail: 'is missing in the first line' }))];
}

function readRow({ line, cells }: CsvRow, columns: readonly Column[]): { row: GenerationRow | null; errors: LineError[] } {
  const errors: LineError[] = [];
  const fail = (column: string | null, detail: string): void => void errors.push({ line, column, detail });
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== ''))
    fail(null, `has ${cells.length} cells for ${columns.length} columns: put a cell with a comma into quotation marks`);
  const cell = (column: Column): string => cells[columns.indexOf(column)] ?? '';
  for (const column of REQUIRED) if (cell(column) === '') fail(column, 'is empty');
  if (cell('topic').length > MAX_TOPIC) fail('topic', `has ${cell('topic').length} characters, at most ${MAX_TOPIC} are allowed`);
  const keywords = keywordsOf(cell('keywords'));
  if (keywords.length > MAX_KEYWORDS) fail('keywords', `has ${keywords.length} words, at most ${MAX_KEYWORDS} are allowed`);
  const long = keywords.find((word) => word.length > MAX_KEYWORD);
  if (long !== undefined) fail('keywords', `has a word of ${long.length} characters, at most ${MAX_KEYWORD} are allowed`);
  const priority = priorityOf(cell('priority'));
  if (priority === null) fail('priority', `is "${cell('priority')}", not 1 to 10 or ${Object.keys(PRIORITY_WORDS).join(', ')}`);
  const autoApprove = flagOf(cell('auto_approve'));
  if (autoApprove === null) fail('auto_approve', `is "${cell('auto_approve')}", not true or false`);
  if (errors.length > 0 || priority === null || autoApprove === null) return { row: null, errors };
  return { row: { line, account: cell('account_id'), topic: cell('topic'), keywords, priority, autoApprove }, errors };
}

function keywordsOf(cell: string): string[] {
  return cell
    .split(/[,，;；、|]/)
    .map((word) => word.trim())
    .filter(Boolean);
}

/** Undefined without a value, null for a wrong one. */
function priorityOf(cell: string): number | undefined | null {
  if (cell === '') return undefined;
  return toPriority(/^\d+$/.test(cell) ? Number(cell) : cell.toLowerCase()) ?? null;
}

function flagOf(cell: string): boolean | undefined | null {
  return cell === '' ? undefined : (FLAGS[cell.toLowerCase()] ?? null);
}
