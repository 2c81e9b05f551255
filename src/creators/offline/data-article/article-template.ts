import { Liquid, LiquidError } from 'liquidjs';
import { closest } from '../../../core/text/closest.ts';
import { escapeMarkdown } from '../../../core/text/markdown-text.ts';
import { CreationError } from '../../creation-error.ts';
import { Computations } from './computations.ts';
import { dataFault } from './data-fault.ts';
import type { DataRow, DataTable } from './data-table.ts';
import { NumberTrace } from './number-trace.ts';

/** What a template may use besides `rows` and `columns`. All texts are from the request, the account or the source. */
export interface TemplateValues {
  topic: string | null;
  account: { name: string };
  source: { name: string; location: string | null; date: string | null };
  /** The column that names a row. */
  label: string;
  /** The column of the figures; null when no column has only numbers. */
  value: string | null;
  /** The labels are rising dates. */
  isSeries: boolean;
  /** The values add up to a total. */
  isTotal: boolean;
  /** The first value is 0, so no percentage refers to it. */
  startsAtZero: boolean;
  /** The most rows to show in a table. */
  limit: number;
}

export const MAX_TEMPLATE = 20_000;

/** Neither a clock, nor chance, nor other files, nor arithmetic without a name: the built-in tags and filters to keep. */
const TAGS = 'assign capture case comment if unless for break continue cycle echo liquid raw #'.split(' ');
const FILTERS =
  'append prepend capitalize downcase upcase strip strip_newlines replace remove join first last map uniq where reject concat reverse compact default raw'.split(
    ' ',
  );

type RowFilter = (rows: readonly DataRow[], column: string) => unknown;

/** Renders a template over a table. Every number of the result is in the data or the values, or was computed by a named filter. */
export function renderArticle(text: string, table: DataTable, values: TemplateValues): string {
  const trace = new NumberTrace();
  for (const column of table.columns) trace.add(column);
  for (const row of table.rows) for (const column of table.columns) trace.add(row[column] ?? '');
  const { topic, account, source } = values;
  for (const given of [topic, account.name, source.name, source.location, source.date]) trace.add(given ?? '');
  trace.add(String(table.rows.length));

  const liquid = templateEngine(new Computations(table), trace);
  const rendered = explained(table, () => String(liquid.parseAndRenderSync(text, { ...values, rows: table.rows, columns: table.columns })));
  const unknown = trace.firstUnknown(rendered.replaceAll('\\', ''));
  if (unknown !== null) {
    const detail = 'which is neither in the data, the topic or the names, nor the result of a computation';
    throw dataFault(
      'number_not_computed',
      `The text has the number ${unknown}, ${detail}: write it into the data, or compute it with a filter.`,
    );
  }
  return rendered
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Why a template cannot be parsed; null when it can. */
export function faultOfTemplate(text: string): string | null {
  try {
    templateEngine(new Computations({ columns: [], rows: [] }), new NumberTrace()).parse(text);
    return null;
  } catch (error) {
    return `is no usable Liquid template: ${reasonOf(error)}`;
  }
}

/** Bounds: the memory for about 100,000 characters of output, and 3 s: a template takes 5 ms, and a loaded machine is slow. */
function templateEngine(compute: Computations, trace: NumberTrace): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: false,
    ownPropertyOnly: true,
    templates: {},
    parseLimit: MAX_TEMPLATE,
    renderLimit: 3_000,
    memoryLimit: 2_000_000,
    outputEscape: (value: unknown) => escapeOutput(plainText(value)),
  });
  for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) Reflect.deleteProperty(liquid.tags, name);
  for (const name of Object.keys(liquid.filters)) if (!FILTERS.includes(name)) Reflect.deleteProperty(liquid.filters, name);

  const traced = (computed: string): string => {
    trace.add(computed);
    return computed;
  };
  const onRows = (name: string, filter: RowFilter): void => {
    liquid.registerFilter(name, (rows: unknown, column: unknown) => {
      const result = filter(rowsOf(rows, name), plainText(column));
      return typeof result === 'string' ? traced(result) : result;
    });
  };
  onRows('count', (rows) => compute.count(rows));
  onRows('sum', (rows, column) => compute.sum(rows, column));
  onRows('mean', (rows, column) => compute.mean(rows, column));
  onRows('max', (rows, column) => compute.max(rows, column));
  onRows('min', (rows, column) => compute.min(rows, column));
  onRows('max_rows', (rows, column) => compute.maxRows(rows, column));
  onRows('min_rows', (rows, column) => compute.minRows(rows, column));
  onRows('change', (rows, column) => compute.change(rows, column));
  onRows('change_percent', (rows, column) => compute.changePercent(rows, column));
  onRows('direction', (rows, column) => compute.direction(rows, column));
  onRows('highest_first', (rows, column) => compute.highestFirst(rows, column));
  onRows('lowest_first', (rows, column) => compute.lowestFirst(rows, column));
  onRows('filled', (rows, column) => compute.filled(rows, column));
  onRows('first_rows', (rows, limit) => rows.slice(0, Number(limit)));
  onRows('last_rows', (rows, limit) => rows.slice(-Number(limit)));
  const onRow = (name: string, filter: (row: DataRow, column: string, rows: readonly DataRow[]) => string): void => {
    liquid.registerFilter(name, (row: unknown, column: unknown, rows: unknown) =>
      traced(filter(rowsOf([row], name)[0] as DataRow, plainText(column), rowsOf(rows, name))),
    );
  };
  onRow('share', (row, column, rows) => compute.share(row, column, rows));
  onRow('rank', (row, column, rows) => compute.rank(row, column, rows));
  return liquid;
}

/** A row or a list has no text of its own. */
function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw dataFault('template_invalid', 'The template uses a row or a list as a text: name a column, such as `{{ row.city }}`.');
}

/** A number needs no escapes: behind the start of a line "52.3" is no list. */
function escapeOutput(text: string): string {
  return /^-?[$€£¥]?[\d,]{1,40}(?:\.\d{1,20})?(?:%|‰|°[CF]?)?$/.test(text) ? text : escapeMarkdown(text);
}

function rowsOf(value: unknown, filter: string): readonly DataRow[] {
  const isRow = (each: unknown): boolean => typeof each === 'object' && each !== null && !Array.isArray(each);
  if (Array.isArray(value) && value.every(isRow)) return value as DataRow[];
  const usage = ['share', 'rank'].includes(filter) ? `row | ${filter}: "column", rows` : `rows | ${filter}: "column"`;
  throw dataFault('template_invalid', `The filter \`${filter}\` needs rows of the data: write \`{{ ${usage} }}\`.`);
}

/** Turns the errors of the template engine into those of this creator. */
function explained(table: DataTable, render: () => string): string {
  try {
    return render();
  } catch (error) {
    const cause = error instanceof LiquidError ? error.originalError : error;
    if (cause instanceof CreationError) throw cause;
    if (error instanceof Error && error.name === 'UndefinedVariableError') throw undefinedVariable(table, error);
    const reason = reasonOf(error);
    // A retry may succeed: the limit is in wall time.
    if (/render limit exceeded/.test(reason)) {
      const detail = `The template takes longer than 3 s (${reason}): give it fewer rows or loops.`;
      throw new CreationError('timeout', detail, { reason: 'template_too_slow', cause: error });
    }
    throw dataFault('template_invalid', `The template cannot be rendered: ${reason}`, error);
  }
}

function undefinedVariable({ columns }: DataTable, error: Error): CreationError {
  const reason = reasonOf(error);
  const path = /undefined variable: ([^,]+)/.exec(reason)?.[1] ?? '';
  const name = path.split('.').at(-1) ?? path;
  const near = closest(name, columns);
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  const known = columns.slice(0, 30).map((column) => `"${column}"`);
  const detail = `The template uses "${path}", which does not exist (${reason}). The columns of the data are ${known.join(', ')}.${hint}`;
  return dataFault('column_missing', detail, error);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.slice(0, 300) ?? '';
}
