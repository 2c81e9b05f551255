import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ProblemError } from './problem.ts';
import { isUuid } from './uuid.ts';

/** One page of a list with keyset paging. */
export interface Page<T> {
  items: T[];
  /** Send it as `cursor` for the next page; null on the last page. */
  nextCursor: string | null;
}

/** An integer as JSON writes it: no 01, no +1, no -0. */
export const WHOLE_NUMBER = /^(0|-?[1-9]\d{0,14})$/;

/** Converts integer strings of the query to numbers. The validator after it rejects other values. */
export function ToInt(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value));
}

/** The query of every list. Extend it with the filters of the list. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Maximum number of items in a page.' })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(200)
  @IsOptional()
  limit: number = 50;

  @ApiPropertyOptional({ description: 'nextCursor of the previous page.', maxLength: 1000 })
  @IsString()
  @MaxLength(1000)
  @IsOptional()
  cursor?: string;
}

const VERSION = '1';

/** The sort key of the last item of a page. Opaque to clients, so that it may change with VERSION. */
export function encodeCursor(parts: (string | number)[]): string {
  return VERSION + Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws {ProblemError} 400 `invalid_cursor` unless it is a cursor of this server with `arity` parts. */
export function decodeCursor(raw: string, arity: number): (string | number)[] {
  const parts = raw.startsWith(VERSION) && /^[\w-]+$/.test(raw) ? parse(Buffer.from(raw.slice(1), 'base64url').toString()) : null;
  const usable = Array.isArray(parts) && parts.length === arity && parts.every(isPart);
  // Accepts only the text that encodeCursor produces, because base64url has many spellings of the same bytes.
  if (!usable || encodeCursor(parts) !== raw) throw invalidCursor();
  return parts;
}

/**
 * A page of a list that is sorted by id alone. The query asked for one row more than `limit`. `list` names the list,
 * so that a cursor of another list is invalid.
 */
export function idPage<Row extends { id: string }, View>(
  list: string,
  rows: readonly Row[],
  limit: number,
  toView: (row: Row) => View,
): Page<View> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toView), nextCursor: rows.length > limit && last ? encodeCursor([list, last.id]) : null };
}

/** The id of the cursor: the page holds smaller ids. Undefined for the first page. @throws {ProblemError} 400 `invalid_cursor` */
export function decodeIdCursor(list: string, raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const [name, id] = decodeCursor(raw, 2);
  if (name !== list || typeof id !== 'string' || !isUuid(id)) throw invalidCursor();
  return id;
}

/** A page of a list that is sorted by a number, descending, then by id. The query asked for one row more than `limit`. */
export function rankPage<Row extends { id: string }, View>(
  list: string,
  rows: readonly Row[],
  limit: number,
  rankOf: (row: Row) => number,
  toView: (row: Row) => View,
): Page<View> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toView), nextCursor: rows.length > limit && last ? encodeCursor([list, rankOf(last), last.id]) : null };
}

/** The rank and the id of the last item of the previous page. @throws {ProblemError} 400 `invalid_cursor` */
export function decodeRankCursor(list: string, raw: string | undefined): { rank: number; id: string } | undefined {
  if (raw === undefined) return undefined;
  const [name, rank, id] = decodeCursor(raw, 3);
  if (name !== list || !Number.isSafeInteger(rank) || typeof id !== 'string' || !isUuid(id)) throw invalidCursor();
  return { rank: rank as number, id };
}

function isPart(part: unknown): part is string | number {
  return typeof part === 'number' || (typeof part === 'string' && part.isWellFormed() && !part.includes('\0'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function invalidCursor(): ProblemError {
  return ProblemError.badRequest('invalid_cursor', 'The query parameter cursor is not the nextCursor of this list.', {
    detail: 'Leave it out to start from the beginning.',
    errors: [{ pointer: '/cursor', code: 'invalid_cursor', detail: 'is not the nextCursor of this list' }],
  });
}
