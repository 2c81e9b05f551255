import Table from 'cli-table3';
import { textWidth } from './text-width.ts';
import { NO_VALUE } from './cells.ts';
import { truncate, wrap } from './fit-text.ts';

export interface TableColumn {
  readonly title: string;
  /** May be truncated on a narrow terminal, down to 20 columns. Ids, status and times never are. */
  readonly flexible: boolean;
  /** Wraps instead of being truncated. */
  readonly wrap?: boolean;
  /** Columns with a rank are dropped when the table is still too wide: those without a value, then the highest rank first. */
  readonly dropRank?: number;
}

export interface RenderedTable {
  readonly text: string;
  /** Titles of the dropped columns. */
  readonly dropped: readonly string[];
}

const GAP = 2;
const LEAST_FLEXIBLE = 20;
/** Minimum width of a column on a very narrow terminal. */
const LEAST_OF_ALL = 6;

/** Renders rows as an aligned table of `width` terminal columns. `paint` colours a text after it was measured. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width, headers, paint }: { width: number; headers: boolean; paint: (column: number | 'title', text: string) => string },
): RenderedTable {
  const { shown, widths } = fit(columns, rows, width);
  const fitted = (text: string, index: number): string => {
    const room = widths[index] ?? 0;
    return columns[index]?.wrap ? wrap(text, room) : truncate(text, room);
  };
  const table = new Table({
    head: headers ? shown.map((index) => paint('title', truncate(columns[index]?.title ?? '', widths[index] ?? 0))) : [],
    chars: { ...NO_BORDERS, middle: ' '.repeat(GAP) },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => shown.map((index) => paint(index, fitted(row[index] ?? '', index)))));
  const dropped = columns.filter((_, index) => !shown.includes(index)).map(({ title }) => title);
  return { text: `${table.toString().replaceAll(/ +$/gm, '')}\n`, dropped };
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};

/** Truncates flexible columns, then drops columns, empty ones first, then truncates further. `widths` are by column index. */
function fit(columns: readonly TableColumn[], rows: readonly (readonly string[])[], width: number): { shown: number[]; widths: number[] } {
  const natural = columns.map(({ title }, index) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[index] ?? ''))));
  let shown = columns.map((_, index) => index);
  for (;;) {
    const widths = shrink(natural, shown, columns, { width, least: LEAST_FLEXIBLE });
    if (total(widths, shown) <= width) return { shown, widths };
    const droppable = shown.filter((index) => columns[index]?.dropRank !== undefined);
    const empty = droppable.filter((index) => rows.every((row) => (row[index] ?? '') === '' || row[index] === NO_VALUE));
    const [first] = (empty.length > 0 ? empty : droppable).sort((a, b) => rankOf(columns, b) - rankOf(columns, a));
    if (first === undefined) return { shown, widths: shrink(widths, shown, columns, { width, least: LEAST_OF_ALL }) };
    shown = shown.filter((index) => index !== first);
  }
}

function shrink(
  from: readonly number[],
  shown: readonly number[],
  columns: readonly TableColumn[],
  { width, least }: { width: number; least: number },
): number[] {
  const widths = [...from];
  while (total(widths, shown) > width) {
    const flexible = shown.filter((index) => columns[index]?.flexible && (widths[index] ?? 0) > least);
    if (flexible.length === 0) break;
    const widest = flexible.reduce((best, index) => ((widths[index] ?? 0) > (widths[best] ?? 0) ? index : best));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const rankOf = (columns: readonly TableColumn[], index: number): number => columns[index]?.dropRank ?? -1;

function total(widths: readonly number[], shown: readonly number[]): number {
  return shown.reduce((sum, index) => sum + (widths[index] ?? 0), GAP * (shown.length - 1));
}
