/** So that spreadsheets read the file as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** The first characters of a formula, also those of Chinese keyboards. */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/;

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 with a byte order mark. A text that a spreadsheet would compute gets an apostrophe, as in the CSV of the command line. */
export function csvOf(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return BYTE_ORDER_MARK + [head, ...rows].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

/** More rows than this are not exported by a browser. */
export const MOST_ROWS = 100_000;

interface CursorPage<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly onRead: (rows: number) => void;
  readonly most?: number;
}

/** All rows of a list, page by page. `isCut` when there are more than `most`. */
export async function readAll<T>(
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPage<T>>,
  { signal, onRead, most = MOST_ROWS }: ReadOptions,
): Promise<{ rows: T[]; isCut: boolean }> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor, signal);
    signal.throwIfAborted();
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    onRead(Math.min(rows.length, most));
  } while (cursor !== undefined && rows.length < most);
  return { rows: rows.slice(0, most), isCut: cursor !== undefined || rows.length > most };
}
