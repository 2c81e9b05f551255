import { padToWidth, textWidth } from './text-width.ts';
import type { Page } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import type { Output } from '../terminal.ts';
import { cellText, paint, paintCell, type Row, valueOf } from './cells.ts';
import { csvLine } from '../../core/text/csv-line.ts';
import { wrap } from './fit-text.ts';
import { shortId } from '../identify.ts';
import type { Field } from './fields.ts';
import type { Format } from './formats.ts';
import type { TableColumn } from './table.ts';
import { toYaml } from './yaml.ts';

type Pages<T> = AsyncIterable<Page<T>> | Iterable<Page<T>>;

export interface PrinterOptions {
  readonly out: Output;
  readonly format: Format;
  readonly columns: readonly string[] | undefined;
  readonly headers: boolean;
  readonly bom: boolean;
  readonly utc: boolean;
  readonly colour: boolean;
  /** Writes a remark to stderr. */
  readonly note: (text: string) => void;
  readonly translate: (text: string) => string;
}

/** The width when the terminal does not report one. */
const USUAL_WIDTH = 80;
const NARROWEST = 40;

/** Writes answers to stdout in the requested format. `list` and `one` validate --columns before any request. */
export class Printer {
  constructor(private readonly options: PrinterOptions) {}

  get format(): Format {
    return this.options.format;
  }

  /** A table on a terminal. */
  get forPeople(): boolean {
    return this.format === 'table' && this.options.out.isTTY === true;
  }

  /** JSON or YAML: the whole answer instead of chosen columns. */
  get isStructured(): boolean {
    return this.format === 'json' || this.format === 'jsonl' || this.format === 'yaml';
  }

  /** In the structured format that was chosen, else as JSON. */
  data(value: unknown): void {
    if (this.format === 'yaml') this.text(toYaml(value));
    else this.text(this.format === 'jsonl' ? `${JSON.stringify(value)}\n` : `${JSON.stringify(value, null, 2)}\n`);
  }

  text(text: string): void {
    this.options.out.write(text);
  }

  list<T extends Row>(fields: readonly Field[]): (pages: Pages<T>) => Promise<void> {
    const chosen = this.#choose(fields, false);
    return async (pages) => {
      const whole = this.format === 'json' || this.format === 'yaml' || this.forPeople;
      const last = whole ? await this.#collected(pages, chosen) : await this.#streamed(pages, chosen);
      if (last !== null) this.options.note('There are more: add --all or a larger --limit');
    };
  }

  one(fields: readonly Field[]): (row: Row) => void {
    const chosen = this.#choose(fields, true);
    return (row) => {
      if (this.isStructured) this.data(row);
      else if (this.format === 'name') this.text(this.#name(chosen, row));
      else if (this.format === 'csv') this.text(this.#csvHead(chosen) + csvLine(chosen.map((field) => valueOf(row, field))));
      else this.text(this.#sheet(chosen, row));
    };
  }

  async #collected<T extends Row>(pages: Pages<T>, fields: readonly Field[]): Promise<string | null> {
    const items: T[] = [];
    let nextCursor: string | null = null;
    for await (const page of pages) {
      items.push(...page.items);
      nextCursor = page.nextCursor;
    }
    if (this.isStructured) this.data({ items, nextCursor });
    else if (items.length === 0) this.options.note('Nothing found.');
    else await this.#printTable(fields, items);
    return nextCursor;
  }

  /** The header is written with the first page, so that stdout stays empty when the request fails. */
  async #streamed<T extends Row>(pages: Pages<T>, fields: readonly Field[]): Promise<string | null> {
    let nextCursor: string | null = null;
    let head = this.#head(fields);
    for await (const page of pages) {
      this.text(head + page.items.map((row) => this.#line(fields, row)).join(''));
      head = '';
      nextCursor = page.nextCursor;
    }
    return nextCursor;
  }

  get #width(): number {
    return Math.max(this.options.out.columns ?? USUAL_WIDTH, NARROWEST);
  }

  #head(fields: readonly Field[]): string {
    if (this.format === 'csv') return this.#csvHead(fields);
    return this.format === 'table' && this.options.headers ? tabbed(fields.map(({ title }) => this.options.translate(title))) : '';
  }

  #line(fields: readonly Field[], row: Row): string {
    if (this.format === 'jsonl') return `${JSON.stringify(row)}\n`;
    if (this.format === 'csv') return csvLine(fields.map((field) => valueOf(row, field)));
    if (this.format === 'name') return this.#name(fields, row);
    return tabbed(fields.map((field) => this.#cell(row, field)));
  }

  async #printTable(fields: readonly Field[], rows: readonly Row[]): Promise<void> {
    const { renderTable } = await import('./table.ts');
    const { colour, headers } = this.options;
    const columns = fields.map((field, index) => this.#column(field, index));
    const cells = rows.map((row) => fields.map((field) => this.#cell(row, field, true)));
    const paintOne = (column: number | 'title', text: string): string => {
      if (!colour) return text;
      const field = column === 'title' ? undefined : fields[column];
      return field ? paintCell(text, field) : paint('bold', text);
    };
    const width = this.#width;
    const { text, dropped } = renderTable(columns, cells, { width, headers, paint: paintOne });
    this.text(text);
    if (dropped.length > 0) {
      const remark = `Not shown in ${width} columns: ${dropped.join(', ')}. --columns chooses, -o json shows all`;
      this.options.note(wrap(this.options.translate(remark), width));
    }
  }

  /** On a narrow terminal, times are dropped first, then columns from the right. Ids, status and texts stay. */
  #column({ title, kind }: Field, index: number): TableColumn {
    const flexible = isText({ kind });
    const stays = index === 0 || flexible || kind === 'status' || this.options.columns !== undefined;
    return {
      title: this.options.translate(title),
      flexible,
      wrap: kind === 'sentence',
      ...(!stays && { dropRank: index + (kind === 'time' ? 100 : 0) }),
    };
  }

  /** One object as `title value` lines. On a terminal, empty values are left out. */
  #sheet(fields: readonly Field[], row: Row): string {
    const { colour, headers, translate } = this.options;
    const shown = this.forPeople ? fields.filter((field) => (valueOf(row, field) ?? null) !== null) : fields;
    const width = Math.max(0, ...shown.map(({ title }) => textWidth(translate(title)))) + 2;
    return shown
      .map((field) => {
        const title = translate(field.title);
        const text = this.#cell(row, field);
        if (!headers) return `${text}\n`;
        if (!this.forPeople) return tabbed([title, text]);
        const label = padToWidth(title, width);
        const value = isText(field) ? wrap(text, this.#width - width).replaceAll('\n', `\n${' '.repeat(width)}`) : text;
        return `${colour ? paint('bold', label) : label}${colour ? paintCell(value, field) : value}\n`;
      })
      .join('');
  }

  #cell(row: Row, field: Field, inTable = false): string {
    const value = valueOf(row, field);
    if (inTable && field.kind === 'id' && typeof value === 'string') return shortId(value);
    const text = cellText(value, field, { people: this.forPeople, utc: this.options.utc });
    return field.kind === 'error' && this.forPeople ? this.options.translate(text) : text; // it may contain advice
  }

  /** The first column is what other commands accept. */
  #name([first]: readonly Field[], row: Row): string {
    return first === undefined ? '' : `${this.#cell(row, first)}\n`;
  }

  #csvHead(fields: readonly Field[]): string {
    return (this.options.bom ? '\uFEFF' : '') + (this.options.headers ? csvLine(fields.map(({ name }) => name)) : '');
  }

  #choose(fields: readonly Field[], withDetails: boolean): readonly Field[] {
    const { columns } = this.options;
    if (!columns) return fields.filter(({ detail }) => withDetails || !detail);
    return columns.map((name) => {
      const field = fields.find((candidate) => candidate.name === name);
      if (field) return field;
      const known = fields.map((candidate) => candidate.name).join(',');
      throw usageError(`There is no column "${name}"`, `--columns accepts ${known}`);
    });
  }
}

/** May be truncated or wrapped. Ids, addresses and times stay whole, because users copy them. */
function isText({ kind }: Pick<Field, 'kind'>): boolean {
  return kind === 'text' || kind === 'sentence' || kind === 'error' || kind === 'list';
}

function tabbed(cells: readonly string[]): string {
  return `${cells.join('\t')}\n`;
}
