import { CsvError, parse } from 'csv-parse/sync';
import { closest } from '../../../core/text/closest.ts';
import { dataFault } from './data-fault.ts';

/** Column names and their cells, as written in the source. A cell without a value is the empty text. */
export type DataRow = Readonly<Record<string, string>>;

export interface DataTable {
  columns: string[];
  rows: DataRow[];
}

/** A table for readers has far fewer. The figures of a larger file belong into the file that a program made of it. */
const MAX_ROWS = 5_000;
const MAX_COLUMNS = 100;

/** Reads CSV (comma, semicolon or tab) with a header line, or a JSON array of flat objects. */
export function readDataTable(text: string, name: string): DataTable {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') throw noRows(name);
  const table = /^[[{]/.test(trimmed) ? readJson(trimmed, name) : readCsv(trimmed, name);
  checkSize(table, name);
  return table;
}

/** @throws {CreationError} that names the column and those that the data have. */
export function checkColumn({ columns }: DataTable, column: string, where: string): void {
  if (columns.includes(column)) return;
  const near = closest(column, columns);
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw dataFault(
    'column_missing',
    `${where} names the column "${column.slice(0, 100)}", which the data do not have. Their columns are ${quoted(columns)}.${hint}`,
  );
}

/** 1 is the first row below the header. */
export function rowNumber({ rows }: DataTable, row: DataRow): number {
  return rows.indexOf(row) + 1;
}

function readCsv(text: string, name: string): DataTable {
  const records = csvRecords(text, name);
  const [header = [], ...cells] = records;
  const columns = header.map((column) => column.trim());
  const unnamed = columns.indexOf('');
  if (unnamed !== -1) {
    throw dataFault('data_unreadable', `Column ${unnamed + 1} of "${name}" has no name: write one into the first line.`);
  }
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw dataFault('data_unreadable', `"${name}" has two columns named "${twice}": rename one.`);
  return { columns, rows: cells.map((row) => toRow(columns.map((column, at) => [column, row[at] ?? '']))) };
}

function csvRecords(text: string, name: string): string[][] {
  try {
    return parse(text, { delimiter: delimiterOf(text), skip_empty_lines: true, trim: true, to: MAX_ROWS + 2 }) as string[][];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? `Line ${error['lines']} of "${name}"` : `"${name}"`;
    throw dataFault('data_unreadable', `${line} is not valid CSV: ${error.message}. Give each line as many cells as the first has.`, error);
  }
}

/** The delimiter that the header has most of. */
function delimiterOf(text: string): string {
  const header = text.slice(0, 10_000).split('\n', 1)[0] ?? '';
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).delimiter;
}

function readJson(text: string, name: string): DataTable {
  const records = parseJson(text, name);
  if (!Array.isArray(records)) {
    throw dataFault(
      'data_unreadable',
      `"${name}" must hold a JSON array of objects, one for each row, such as [{"city": "Lyon", "people": 522}].`,
    );
  }
  const entries = records.slice(0, MAX_ROWS + 1).map((record: unknown, at) => {
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) return Object.entries(record);
    throw dataFault('data_unreadable', `Row ${at + 1} of "${name}" is not an object: write each row as {"column": value}.`);
  });
  const columns = [...new Set(entries.flatMap((cells) => cells.map(([column]) => column)))];
  const rows = entries.map((cells, at) => {
    const known = new Map(cells.map(([column, value]) => [column, toCell(value, at, column, name)]));
    return toRow(columns.map((column) => [column, known.get(column) ?? '']));
  });
  return { columns, rows };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    throw dataFault('data_unreadable', `"${name}" is not valid JSON: ${why}. Correct it at this position.`, error);
  }
}

function toCell(value: unknown, at: number, column: string, name: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw dataFault('data_unreadable', `Row ${at + 1}, column "${column}" of "${name}" is a list or an object: write a text or a number.`);
}

/** Without a prototype, so that a column may have any name. A cell is one line, because a row of a Markdown table is. */
function toRow(cells: readonly (readonly [string, string])[]): DataRow {
  const row = Object.create(null) as Record<string, string>;
  for (const [column, cell] of cells) row[column] = cell.replace(/\s+/g, ' ').trim();
  return row;
}

function checkSize({ columns, rows }: DataTable, name: string): void {
  if (rows.length === 0 || columns.length === 0) throw noRows(name);
  if (rows.length <= MAX_ROWS && columns.length <= MAX_COLUMNS) return;
  const found = rows.length > MAX_ROWS ? `more than ${MAX_ROWS} rows` : `${columns.length} columns`;
  throw dataFault(
    'data_too_large',
    `"${name}" has ${found}; at most ${MAX_ROWS} rows and ${MAX_COLUMNS} columns are read. Summarise it first.`,
  );
}

function noRows(name: string): Error {
  return dataFault('data_empty', `"${name}" has no rows: write column names into the first line and at least one row below it.`);
}

function quoted(columns: readonly string[]): string {
  const shown = columns.slice(0, 30).map((column) => `"${column}"`);
  return `${shown.join(', ')}${columns.length > shown.length ? ', …' : ''}`;
}
