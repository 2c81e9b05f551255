import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRow {
  /** The line of the file where the row begins; 1 is the first line. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A record with the number of the line where it ends. */
interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** The rows of a CSV with commas, semicolons or tabs, whichever the first line has most. Blank lines are left out. @throws {CsvLineError} */
export function readCsvRows(given: string): CsvRow[] {
  const text = given.replaceAll(/\r\n?/g, '\n'); // the parser counts CR LF within quotation marks as two lines
  const [head = ''] = text.split('\n', 1);
  const [delimiter = ','] = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length);
  try {
    const parsed = parse(text, { delimiter, relax_column_count: true, info: true, bom: true }) as unknown as Parsed[];
    let end = 0;
    const rows = parsed.map(({ record, info }): CsvRow => {
      const line = end + 1;
      end = info.lines;
      return { line, cells: record.map((cell) => cell.trim()) };
    });
    return rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CsvLineError(Number(error['lines'] ?? 0), error.message);
  }
}

export class CsvLineError extends Error {
  override readonly name = 'CsvLineError';

  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}
