import Table from 'cli-table3';
import stringWidth from 'string-width';

export interface TableColumn {
  readonly title: string;
  /** May be shortened when the terminal is narrow. Ids, states and times never are. */
  readonly flexible: boolean;
}

const GAP = 2;
const LEAST_FLEXIBLE = 12;

/** Rows of plain text, aligned for a terminal `width` columns wide; `paint` colours a text after it was measured. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width, headers, paint }: { width: number; headers: boolean; paint: (column: number | 'title', text: string) => string },
): string {
  const widths = fitWidths(columns, rows, width);
  const shorten = (text: string, index: number): string => truncate(text, widths[index] ?? 0);
  const table = new Table({
    head: headers ? columns.map(({ title }, index) => paint('title', shorten(title, index))) : [],
    chars: { ...NO_BORDERS, middle: ' '.repeat(GAP) },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map((text, index) => paint(index, shorten(text, index)))));
  return `${table.toString().replaceAll(/ +$/gm, '')}\n`;
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

/** Natural widths; what is too much is taken from the flexible columns, the widest first. */
function fitWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map(({ title }, index) => Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[index] ?? ''))));
  let excess = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1)) - width;
  while (excess > 0) {
    const widest = widths.reduce((best, one, index) => (columns[index]?.flexible && one > (widths[best] ?? 0) ? index : best), -1);
    const current = widths[widest] ?? 0;
    if (current <= LEAST_FLEXIBLE) break;
    widths[widest] = current - 1;
    excess -= 1;
  }
  return widths;
}

/** At most `width` terminal columns; Chinese characters count two. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
